using Captioning.Contracts;
using Captioning.Inference.Images;
using Captioning.Trainer.Feedback;
using Captioning.Worker.Sources;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Captioning.Trainer.Service;

/// <summary>Keeps feedback. What cannot be used goes to the error queue, with the reason.</summary>
internal sealed partial class FeedbackConsumer(FeedbackStore store, ImageFetcher images, FeedbackOptions options, ILogger<FeedbackConsumer> logger) : IConsumer<CaptionFeedback>
{
    public async Task Consume(ConsumeContext<CaptionFeedback> context)
    {
        CaptionFeedback feedback = context.Message;
        try
        {
            FeedbackStore.Check(feedback);
            if (store.Contains(feedback.FeedbackId))
            {
                TrainerMetrics.CountFeedback("known");
                return;
            }

            FetchedImage image = await images.FetchAsync(feedback.Image, context.CancellationToken);
            bool isNew = store.Add(feedback, image.Bytes, options.HeldOut, context.CancellationToken);
            TrainerMetrics.CountFeedback(isNew ? "stored" : "known");
            TrainerMetrics.ShowImages(store.CountImages());
        }
        catch (Exception e) when (e is FeedbackException or ImageRejectedException or ImageSourceException { Retryable: false })
        {
            TrainerMetrics.CountFeedback("refused");
            Log.Refused(logger, feedback.FeedbackId, e.Message);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Feedback {FeedbackId} goes to the error queue: {Reason}")]
        public static partial void Refused(ILogger logger, string feedbackId, string reason);
    }
}
