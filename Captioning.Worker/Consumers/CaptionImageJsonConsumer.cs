using Captioning.Worker.Messaging;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>Answers requests in plain JSON.</summary>
internal sealed class CaptionImageJsonConsumer(RequestDispatcher dispatcher) : IConsumer<JsonRequest>
{
    public Task Consume(ConsumeContext<JsonRequest> context) => dispatcher.AnswerAsync(context);
}
