using System.Text.Json;
using Captioning.Contracts;
using Captioning.Inference.Batching;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>Takes requests out of messages, has them answered and sends the answers.</summary>
internal sealed class RequestDispatcher(RequestHandler handler, RequestOptions options)
{
    /// <summary>Answers a request in MassTransit's envelope.</summary>
    /// <param name="context">The message.</param>
    /// <param name="priority">Which requests go first; null for what the request says.</param>
    /// <exception cref="InvalidMessageException">The message has no request id to answer to.</exception>
    /// <exception cref="TransientFailureException">The request failed in a way that may pass, and may be tried again.</exception>
    public Task AnswerAsync(ConsumeContext<CaptionImage> context, BatchPriority? priority = null) =>
        AnswerAsync(context, context.Message, priority, EnvelopeReply.Instance);

    /// <summary>Answers a request in plain JSON.</summary>
    /// <param name="context">The message.</param>
    /// <param name="priority">Which requests go first; null for what the request says.</param>
    /// <exception cref="InvalidMessageException">The message has no request id to answer to.</exception>
    /// <exception cref="TransientFailureException">The request failed in a way that may pass, and may be tried again.</exception>
    public async Task AnswerAsync(ConsumeContext<JsonRequest> context, BatchPriority? priority = null)
    {
        CaptionImage? request;
        try
        {
            context.SerializerContext.TryGetMessage(out request);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            if (string.IsNullOrWhiteSpace(context.Message.Id))
            {
                throw new InvalidMessageException($"The message is no request: {e.Message}", e);
            }

            RequestFailedException failure = new(FailureReason.InvalidRequest, $"The request is wrong: {e.Message}");
            await JsonReply.Instance.SendAsync(context, handler.Failed(context.Message.ToRequest(), failure));
            return;
        }

        await AnswerAsync(context, request!, priority, JsonReply.Instance);
    }

    private async Task AnswerAsync(ConsumeContext context, CaptionImage request, BatchPriority? priority, IReply reply)
    {
        if (string.IsNullOrWhiteSpace(request.RequestId))
        {
            throw new InvalidMessageException("The message has no requestId.");
        }

        bool lastTry = context.GetRetryAttempt() >= options.Retries;
        Answer answer = context.ReceiveContext.Body.Length > options.MaxMessageBytes
            ? handler.Failed(request, TooLarge(context))
            : await handler.AnswerAsync(request, priority ?? Priority(request), lastTry, context.CancellationToken);
        await reply.SendAsync(context, answer);
        if (answer.Captioned is { } captioned && request.Speak is { Later: true } speak)
        {
            await reply.SendAsync(context, await handler.SpeakAsync(request, speak, captioned, lastTry, context.CancellationToken));
        }
    }

    private static BatchPriority Priority(CaptionImage request) =>
        request.Priority == CaptionPriority.Interactive ? BatchPriority.Interactive : BatchPriority.Bulk;

    private RequestFailedException TooLarge(ConsumeContext context) => new(
        FailureReason.TooLarge,
        $"The message has {context.ReceiveContext.Body.Length:N0} bytes; the most that this worker takes is {options.MaxMessageBytes:N0}.");
}
