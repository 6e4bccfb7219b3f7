using Captioning.Contracts;
using Captioning.Worker.Requests;
using MassTransit;
using RabbitMQ.Client;

namespace Captioning.Worker.Messaging;

/// <summary>
/// Publishes answers as events like <see cref="EnvelopeReply"/>, and as plain JSON on the exchange of results and to the
/// queue that the request's <c>reply_to</c> names.
/// </summary>
internal sealed class JsonReply : IReply
{
    public static JsonReply Instance { get; } = new();

    private static readonly Uri Results = new($"exchange:{Topology.JsonResults}?type={ExchangeType.Topic}");

    // Sends to the default exchange, with the queue of reply_to as the routing key.
    private static readonly Uri ReplyTo = new("exchange:amq.rabbitmq.reply-to");

    private static readonly PlainJsonSerializer Plain = new();

    public Task SendAsync(ConsumeContext context, Answer answer) => answer switch
    {
        { Captioned: { } captioned } => SendAsync(context, captioned, Topology.CaptionedKey),
        { Failed: { } failed } => SendAsync(context, failed, Topology.FailedKey),
        _ => throw new ArgumentException("An answer is a caption or a failure.", nameof(answer)),
    };

    public Task SendAsync(ConsumeContext context, SpeechSynthesized speech) => SendAsync(context, speech, Topology.SpeechKey);

    private static async Task SendAsync<T>(ConsumeContext context, T message, string key)
        where T : class
    {
        RabbitMqBasicConsumeContext? delivery = context.TryGetPayload(out RabbitMqBasicConsumeContext? payload) ? payload : null;
        if (!string.IsNullOrEmpty(delivery?.Properties.ReplyTo))
        {
            await SendAsync(context, ReplyTo, message, null, delivery);
        }

        await SendAsync(context, Results, message, key, delivery);
        await context.Publish(message, context.CancellationToken);
    }

    private static async Task SendAsync<T>(ConsumeContext context, Uri address, T message, string? key, RabbitMqBasicConsumeContext? delivery)
        where T : class
    {
        ISendEndpoint endpoint = await context.GetSendEndpoint(address);
        await endpoint.Send(
            message,
            send =>
            {
                send.Serializer = Plain;
                send.ContentType = Plain.ContentType;
                if (key is not null)
                {
                    send.SetRoutingKey(key);
                }

                if (send.TryGetPayload(out RabbitMqSendContext? rabbit))
                {
                    // What remote procedure calls over AMQP go by.
                    rabbit.BasicProperties.CorrelationId = delivery?.Properties.CorrelationId ?? delivery?.Properties.MessageId;
                    rabbit.BasicProperties.Type = typeof(T).Name;
                }
            },
            context.CancellationToken);
    }
}
