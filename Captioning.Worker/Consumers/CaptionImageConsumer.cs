using Captioning.Contracts;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>Answers requests in MassTransit's envelope, one by one and many at a time: the engine puts their images into batches.</summary>
internal sealed class CaptionImageConsumer(RequestDispatcher dispatcher) : IConsumer<CaptionImage>
{
    public Task Consume(ConsumeContext<CaptionImage> context) => dispatcher.AnswerAsync(context);
}
