using Captioning.Inference;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>The queue of requests in plain JSON.</summary>
internal sealed class CaptionImageJsonConsumerDefinition : ConsumerDefinition<CaptionImageJsonConsumer>
{
    private readonly CaptionEngineOptions _engine;
    private readonly RequestOptions _options;

    public CaptionImageJsonConsumerDefinition(CaptionEngineOptions engine, RequestOptions options)
    {
        _engine = engine;
        _options = options;
        EndpointName = Topology.JsonBulk;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<CaptionImageJsonConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        RequestEndpoint.Configure(endpointConfigurator, Topology.JsonBulk, _engine, _options);
        RequestEndpoint.ConfigureJson(endpointConfigurator);
    }
}
