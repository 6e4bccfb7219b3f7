using Captioning.Worker.Messaging;
using MassTransit;
using Microsoft.Data.Sqlite;

namespace Captioning.Trainer.Service;

/// <summary>The queue of commands. They are taken one after the other: who cancels comes after who asks.</summary>
internal sealed class RetrainModelConsumerDefinition : ConsumerDefinition<RetrainModelConsumer>
{
    private const int Retries = 5;

    public RetrainModelConsumerDefinition() => EndpointName = Topology.Retrain;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<RetrainModelConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 1;
        endpointConfigurator.ConcurrentMessageLimit = 1;
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<SqliteException>();
            retry.Interval(Retries, TimeSpan.FromSeconds(1));
        });
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
        }
    }
}
