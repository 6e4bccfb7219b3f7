using Captioning.Contracts;
using Captioning.Inference.Batching;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>Answers requests in MassTransit's envelope from the queue that somebody waits for.</summary>
internal sealed class InteractiveCaptionImageConsumer(RequestDispatcher dispatcher) : IConsumer<CaptionImage>
{
    public Task Consume(ConsumeContext<CaptionImage> context) => dispatcher.AnswerAsync(context, BatchPriority.Interactive);
}
