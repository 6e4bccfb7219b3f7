using Captioning.Worker.Messaging;
using Captioning.Worker.Sources;
using MassTransit;
using Microsoft.Data.Sqlite;

namespace Captioning.Trainer.Service;

/// <summary>The queue of feedback, declared just as the workers do that fill it.</summary>
internal sealed class FeedbackConsumerDefinition : ConsumerDefinition<FeedbackConsumer>
{
    // Each message may hold a photo.
    private const int UnderWay = 8;
    private const int Retries = 5;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    public FeedbackConsumerDefinition() => EndpointName = Topology.Feedback;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<FeedbackConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = UnderWay;
        endpointConfigurator.ConcurrentMessageLimit = UnderWay;
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<ImageSourceException>(e => e.Retryable);
            retry.Handle<SqliteException>();
            retry.Handle<IOException>();
            retry.Exponential(Retries, FirstDelay, LongestDelay, FirstDelay);
        });
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
        }
    }
}
