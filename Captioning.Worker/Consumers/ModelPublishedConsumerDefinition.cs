using Captioning.Worker.Messaging;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>A queue of each worker's own, gone when the worker is: every worker hears of a new model.</summary>
internal sealed class ModelPublishedConsumerDefinition : ConsumerDefinition<ModelPublishedConsumer>
{
    public ModelPublishedConsumerDefinition()
    {
        EndpointName = $"{Topology.ModelPublished}-{NewId.NextGuid():N}";
        Endpoint(endpoint => endpoint.Temporary = true);
    }
}
