using Captioning.Inference;
using Captioning.Worker.Requests;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Captioning.Worker.Messaging;

/// <summary>How a queue of requests is set up, whatever their format.</summary>
internal static class RequestEndpoint
{
    /// <summary>
    /// Deliveries of one message after which it is taken to be what kills the workers, and parked in the error queue.
    /// </summary>
    private const int DeliveryLimit = 20;

    /// <summary>Batches that are under way at once: enough to fill one while others are decoded, spoken and answered.</summary>
    private const int BatchesUnderWay = 4;

    /// <summary>The most requests that one worker holds of one queue.</summary>
    public static int UnderWay(CaptionEngineOptions engine) => BatchesUnderWay * engine.MaxBatchSize;

    public static void Configure(IReceiveEndpointConfigurator endpoint, string queue, CaptionEngineOptions engine, RequestOptions options)
    {
        endpoint.PrefetchCount = UnderWay(engine);
        endpoint.ConcurrentMessageLimit = UnderWay(engine);
        endpoint.UseMessageRetry(retry =>
        {
            // Answers that the broker did not take may be taken the next time.
            retry.Handle(typeof(TransientFailureException), typeof(TransportException), typeof(ConnectionException), typeof(RabbitMQClientException));
            if (options.Retries > 0)
            {
                // Twice as long each time: Exponential adds a random part, so that many requests do not come back at once.
                retry.Exponential(options.Retries, options.RetryDelay, options.RetryDelay * Math.Pow(2, options.Retries), options.RetryDelay);
            }
            else
            {
                retry.None();
            }
        });
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            Configure(rabbit, queue, options);
        }
    }

    /// <summary>Takes messages for plain JSON, whatever content type they claim, if it is none of MassTransit's own.</summary>
    public static void ConfigureJson(IReceiveEndpointConfigurator endpoint)
    {
        // Requests come to the queue's own exchange, not to those of .NET types.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: true);
    }

    private static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, RequestOptions options)
    {
        string errors = $"{queue}_error";
        endpoint.SetQuorumQueue();
        endpoint.SetDeliveryAcknowledgementTimeout(options.AcknowledgementTimeout);
        endpoint.SetQueueArgument("x-delivery-limit", DeliveryLimit);

        // The error queue must be there before the first message dies, and gets the same arguments when MassTransit declares it.
        endpoint.BindDeadLetterQueue(errors, errors, error =>
        {
            error.SetQuorumQueue();
            error.SetQueueArgument("x-consumer-timeout", (long)options.AcknowledgementTimeout.TotalMilliseconds);
            error.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            error.SetQueueArgument("x-dead-letter-exchange", errors);
        });
    }
}
