using Captioning.Inference;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>How many requests are under way at once: enough to fill one batch while others are decoded, spoken and answered.</summary>
internal sealed class CaptionImageConsumerDefinition : ConsumerDefinition<CaptionImageConsumer>
{
    private const int BatchesUnderWay = 4;
    private readonly int _underWay;

    public CaptionImageConsumerDefinition(CaptionEngineOptions engine)
    {
        _underWay = UnderWay(engine);
        EndpointName = "caption-image";
        ConcurrentMessageLimit = _underWay;
    }

    /// <summary>The most requests that one worker holds.</summary>
    public static int UnderWay(CaptionEngineOptions engine) => BatchesUnderWay * engine.MaxBatchSize;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<CaptionImageConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.PrefetchCount = _underWay;
}
