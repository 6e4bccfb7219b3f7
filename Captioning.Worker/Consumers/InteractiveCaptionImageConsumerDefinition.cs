using Captioning.Inference;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>The queue of requests that somebody waits for. They are sent to it, for what is published goes to the other one.</summary>
internal sealed class InteractiveCaptionImageConsumerDefinition : ConsumerDefinition<InteractiveCaptionImageConsumer>
{
    private readonly CaptionEngineOptions _engine;
    private readonly RequestOptions _options;

    public InteractiveCaptionImageConsumerDefinition(CaptionEngineOptions engine, RequestOptions options)
    {
        _engine = engine;
        _options = options;
        EndpointName = Topology.Interactive;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<InteractiveCaptionImageConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        RequestEndpoint.Configure(endpointConfigurator, Topology.Interactive, _engine, _options);
        endpointConfigurator.ConfigureConsumeTopology = false;
    }
}
