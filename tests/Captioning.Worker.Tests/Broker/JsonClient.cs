using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Captioning.Worker.Tests.Broker;

/// <summary>A client as other languages write it: RabbitMQ's own library and plain JSON.</summary>
internal sealed class JsonClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Reply>> _replies = new(StringComparer.Ordinal);
    private string _replyTo = string.Empty;

    private JsonClient(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    /// <param name="CorrelationId">The property of that name.</param>
    /// <param name="Type">The property of that name.</param>
    /// <param name="Json">The body.</param>
    public sealed record Reply(string? CorrelationId, string? Type, JsonElement Json);

    public IChannel Channel => _channel;

    public static async Task<JsonClient> ConnectAsync(Uri broker)
    {
        IConnection connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        JsonClient client = new(connection, channel);
        client._replyTo = (await channel.QueueDeclareAsync()).QueueName;
        await client.ConsumeAsync(client._replyTo, reply => client.Pending(reply.CorrelationId!).TrySetResult(reply));
        return client;
    }

    /// <summary>Publishes to a queue and waits for what comes to <c>reply_to</c>.</summary>
    public async Task<Reply> AskAsync(string queue, object request)
    {
        string id = Guid.NewGuid().ToString();
        await SendAsync(queue, request as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(request), new BasicProperties { ReplyTo = _replyTo, CorrelationId = id });
        return await Pending(id).Task.WaitAsync(Patience);
    }

    /// <summary>Publishes to a queue, and returns when the broker has the message.</summary>
    public async Task SendAsync(string queue, byte[] body, BasicProperties? properties = null)
    {
        properties ??= new BasicProperties();
        properties.Persistent = true;
        properties.ContentType ??= "application/json";
        await _channel.BasicPublishAsync(queue, string.Empty, mandatory: true, properties, body);
    }

    /// <summary>Hands all that comes to a queue to an action.</summary>
    public async Task ConsumeAsync(string queue, Action<Reply> action)
    {
        AsyncEventingBasicConsumer consumer = new(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            JsonElement json = JsonSerializer.Deserialize<JsonElement>(delivery.Body.Span);
            action(new Reply(delivery.BasicProperties.CorrelationId, delivery.BasicProperties.Type, json));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    /// <summary>A queue of all answers that are published from now on, which survives the broker.</summary>
    public async Task<string> BindResultsAsync()
    {
        await _channel.ExchangeDeclareAsync("caption-image-results", ExchangeType.Topic, durable: true);
        string queue = $"results-{Guid.NewGuid():N}";
        await _channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await _channel.QueueBindAsync(queue, "caption-image-results", "#");
        return queue;
    }

    /// <summary>Takes the next message of a queue, waiting for it.</summary>
    public async Task<BasicGetResult> TakeAsync(string queue)
    {
        using CancellationTokenSource timeout = new(Patience);
        while (true)
        {
            if (await MessagesAsync(queue) > 0 && await _channel.BasicGetAsync(queue, autoAck: true, timeout.Token) is { } message)
            {
                return message;
            }

            await Task.Delay(20, timeout.Token);
        }
    }

    /// <summary>The number of messages of a queue; 0 where there is no such queue yet.</summary>
    public async Task<uint> MessagesAsync(string queue)
    {
        // Asking for what is not there closes the channel.
        await using IChannel channel = await _connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private TaskCompletionSource<Reply> Pending(string id) =>
        _replies.GetOrAdd(id, _ => new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously));
}
