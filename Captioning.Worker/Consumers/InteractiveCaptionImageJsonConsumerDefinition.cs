using Captioning.Inference;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>The queue of requests in plain JSON that somebody waits for.</summary>
internal sealed class InteractiveCaptionImageJsonConsumerDefinition : ConsumerDefinition<InteractiveCaptionImageJsonConsumer>
{
    private readonly CaptionEngineOptions _engine;
    private readonly RequestOptions _options;

    public InteractiveCaptionImageJsonConsumerDefinition(CaptionEngineOptions engine, RequestOptions options)
    {
        _engine = engine;
        _options = options;
        EndpointName = Topology.JsonInteractive;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<InteractiveCaptionImageJsonConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        RequestEndpoint.Configure(endpointConfigurator, Topology.JsonInteractive, _engine, _options);
        RequestEndpoint.ConfigureJson(endpointConfigurator);
    }
}
