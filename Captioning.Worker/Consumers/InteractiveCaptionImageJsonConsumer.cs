using Captioning.Inference.Batching;
using Captioning.Worker.Messaging;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>Answers requests in plain JSON from the queue that somebody waits for.</summary>
internal sealed class InteractiveCaptionImageJsonConsumer(RequestDispatcher dispatcher) : IConsumer<JsonRequest>
{
    public Task Consume(ConsumeContext<JsonRequest> context) => dispatcher.AnswerAsync(context, BatchPriority.Interactive);
}
