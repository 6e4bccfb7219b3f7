using Captioning.Contracts;
using Captioning.Worker.Consumers;
using Captioning.Worker.Requests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Captioning.Worker.Messaging;

/// <summary>Registers the bus and its consumers.</summary>
internal static class MessagingServices
{
    /// <summary>Adds the bus. It is started by <see cref="Hosting.ServiceLoop"/>, not with the host.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services, BrokerOptions broker, TimeSpan stopTimeout)
    {
        services.AddSingleton<RequestDispatcher>();
        services.Configure<MassTransitHostOptions>(host => host.ConsumerStopTimeout = stopTimeout);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddConsumer<CaptionImageConsumer, CaptionImageConsumerDefinition>();
            bus.AddConsumer<InteractiveCaptionImageConsumer, InteractiveCaptionImageConsumerDefinition>();
            bus.AddConsumer<ModelPublishedConsumer, ModelPublishedConsumerDefinition>();
            if (broker.IsConfigured)
            {
                bus.AddConsumer<CaptionImageJsonConsumer, CaptionImageJsonConsumerDefinition>();
                bus.AddConsumer<InteractiveCaptionImageJsonConsumer, InteractiveCaptionImageJsonConsumerDefinition>();
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    RabbitMqConnection.Configure(rabbit, broker, context.GetRequiredService<WorkerName>().Value);
                    KeepFeedback(rabbit);
                    rabbit.ConfigureEndpoints(context);
                });
            }
            else
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
        });
        return services.RemoveMassTransitHostedService();
    }

    /// <summary>Whoever publishes feedback first declares its queue, so that none is lost before there is a trainer.</summary>
    private static void KeepFeedback(IRabbitMqBusFactoryConfigurator rabbit)
    {
        string exchange = rabbit.MessageTopology.EntityNameFormatter.FormatEntityName<CaptionFeedback>();
        rabbit.Publish<CaptionFeedback>(publish => publish.BindQueue(exchange, Topology.Feedback, queue => queue.SetQuorumQueue()));
    }
}
