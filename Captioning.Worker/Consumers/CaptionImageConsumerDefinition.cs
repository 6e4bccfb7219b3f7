using Captioning.Inference;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>The queue that published requests go to.</summary>
internal sealed class CaptionImageConsumerDefinition : ConsumerDefinition<CaptionImageConsumer>
{
    private readonly CaptionEngineOptions _engine;
    private readonly RequestOptions _options;

    public CaptionImageConsumerDefinition(CaptionEngineOptions engine, RequestOptions options)
    {
        _engine = engine;
        _options = options;
        EndpointName = Topology.Bulk;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<CaptionImageConsumer> consumerConfigurator,
        IRegistrationContext context) => RequestEndpoint.Configure(endpointConfigurator, Topology.Bulk, _engine, _options);
}
