using Captioning.Contracts;
using Captioning.Worker.Http.Captions;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;
using MassTransit;

namespace Captioning.Worker.Http.Feedback;

/// <summary>Publishes feedback. The broker keeps it in a queue of its own until a trainer comes.</summary>
internal sealed class BrokerFeedback(IBus bus, ImagePreview preview, FeedbackOptions options, TimeProvider time) : IFeedbackStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StoreAsync(CaptionFeedback feedback, FetchedImage image, ImageProperties properties, CancellationToken cancellationToken)
    {
        CaptionFeedback message = feedback with { Image = await ToUriAsync(image, properties, cancellationToken) };

        // The bus waits for a broker that is away, and people would wait with it.
        using CancellationTokenSource patience = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await bus.Publish(message, either.Token).WaitAsync(either.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new RequestFailedException(FailureReason.Internal, "The message broker does not take feedback at the moment. Try again in a while.", retryable: true, e);
        }
    }

    private async Task<string> ToUriAsync(FetchedImage image, ImageProperties properties, CancellationToken cancellationToken) =>
        image.Bytes.Length <= options.MaxImageBytes
            ? $"data:image/{properties.Format};base64,{Convert.ToBase64String(image.Bytes.Span)}"
            : $"data:image/jpeg;base64,{Convert.ToBase64String(await preview.MakeAsync(image, ImagePreview.PhotoSide, cancellationToken))}";
}
