using System.Collections.Concurrent;
using System.Net.Mime;
using System.Text.Json;
using System.Threading.Channels;
using Captioning.Contracts;
using Captioning.Worker.Cli;
using Captioning.Worker.Requests;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Captioning.Worker.Messaging;

/// <summary>
/// Asks workers behind a broker, in plain JSON. The answers come to a durable queue, which keeps them while nobody reads it.
/// Survives dropped connections and restarts of the broker.
/// </summary>
internal sealed class BrokerClient : IAsyncDisposable
{
    /// <summary>How long answers are kept that nobody comes back for.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromDays(7);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _answersQueue;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Answer>> _answers = new(StringComparer.Ordinal);

    private BrokerClient(IConnection connection, IChannel channel, string answers, TimeProvider time)
    {
        _connection = connection;
        _channel = channel;
        _answersQueue = answers;
        _time = time;
    }

    /// <param name="options">The broker.</param>
    /// <param name="answers">The name of the queue of answers. Answers that are in it already count for requests of their ids.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">The broker cannot be reached, or no worker has ever been there.</exception>
    public static async Task<BrokerClient> ConnectAsync(BrokerOptions options, string answers, TimeProvider time, CancellationToken cancellationToken)
    {
        IConnection connection = await RabbitMqConnection.OpenAsync(options, answers, cancellationToken);
        try
        {
            await CheckTopologyAsync(connection, cancellationToken);
            IChannel channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            BrokerClient client = new(connection, channel, answers, time);
            await client.ConsumeAsync(cancellationToken);
            return client;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has one request answered. Waits for as long as it takes; once cancelled, no more is sent.</summary>
    /// <exception cref="UsageException">The broker has lost the workers' queues.</exception>
    public async Task<Answer> AskAsync(CaptionImage request, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Answer> answer = Pending(request.RequestId);
        if (!answer.Task.IsCompleted)
        {
            await PublishAsync(request, cancellationToken);
        }

        await answer.Task.WaitAsync(cancellationToken);
        _answers.TryRemove(request.RequestId, out _);
        return await answer.Task;
    }

    /// <summary>Deletes the queue of answers, with all that still comes to it.</summary>
    public Task ForgetAsync() => _channel.QueueDeleteAsync(_answersQueue);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task CheckTopologyAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(Topology.JsonBulk, cancellationToken);
            await channel.QueueDeclarePassiveAsync(Topology.JsonInteractive, cancellationToken);
        }
        catch (OperationInterruptedException e)
        {
            throw NoQueue(e);
        }
    }

    private async Task ConsumeAsync(CancellationToken cancellationToken)
    {
        await _channel.QueueDeclareAsync(
            _answersQueue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-expires"] = (long)Unused.TotalMilliseconds },
            cancellationToken: cancellationToken);
        AsyncEventingBasicConsumer consumer = new(_channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (Read(delivery) is { } answer)
            {
                Pending((answer.Captioned?.RequestId ?? answer.Failed?.RequestId)!).TrySetResult(answer);
            }

            await _channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await _channel.BasicConsumeAsync(_answersQueue, autoAck: false, consumer, cancellationToken);
    }

    private async Task PublishAsync(CaptionImage request, CancellationToken cancellationToken)
    {
        string exchange = request.Priority == CaptionPriority.Interactive ? Topology.JsonInteractive : Topology.JsonBulk;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, PlainJsonSerializer.Options);
        BasicProperties properties = new()
        {
            Persistent = true,
            ContentType = MediaTypeNames.Application.Json,
            CorrelationId = request.RequestId,
            ReplyTo = _answersQueue,
        };
        while (true)
        {
            try
            {
                await _channel.BasicPublishAsync(exchange, string.Empty, mandatory: true, properties, body, cancellationToken);
                return;
            }
            catch (Exception e) when (e is PublishException { IsReturn: true } || _channel.CloseReason is { ReplyCode: Constants.NotFound })
            {
                throw NoQueue(e);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsTransient(e))
            {
                // The connection comes back by itself. What the broker had taken all the same is answered twice with the same.
                await Task.Delay(RetryDelay, _time, cancellationToken);
            }
        }
    }

    private static bool IsTransient(Exception e) =>
        e is RabbitMQClientException or IOException or ChannelClosedException or OperationCanceledException;

    private static UsageException NoQueue(Exception e) => new(
        $"The broker has no queue '{Topology.JsonBulk}', which workers make when they start: run captioning serve --broker ... on it first. ({e.Message})");

    private static Answer? Read(BasicDeliverEventArgs delivery)
    {
        try
        {
            return delivery.BasicProperties.Type switch
            {
                nameof(ImageCaptioned) => new Answer(JsonSerializer.Deserialize<ImageCaptioned>(delivery.Body.Span, PlainJsonSerializer.Options), null),
                nameof(CaptionFailed) => new Answer(null, JsonSerializer.Deserialize<CaptionFailed>(delivery.Body.Span, PlainJsonSerializer.Options)),
                _ => null,
            };
        }
        catch (JsonException)
        {
            // Anybody may write to a queue; what is no answer is nobody's.
            return null;
        }
    }

    private TaskCompletionSource<Answer> Pending(string requestId) =>
        _answers.GetOrAdd(requestId, _ => new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously));
}
