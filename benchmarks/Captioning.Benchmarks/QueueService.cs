using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Mime;
using System.Text.Json;
using Captioning.Worker.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Captioning.Benchmarks;

/// <summary>A RabbitMQ node, <c>captioning serve</c> on it as a process of its own, and clients that ask it.</summary>
internal sealed class QueueService : IAsyncDisposable
{
    private readonly RabbitMqNode _node = new();
    private CaptioningProgram? _worker;

    /// <summary>The broker's address.</summary>
    public Uri Broker => _node.Uri;

    /// <summary>Bytes of the worker that are in memory.</summary>
    public long WorkerBytes => _worker!.ResidentBytes;

    /// <param name="folder">The folder that the worker may read photos from.</param>
    /// <param name="batchSize">The most images in a batch.</param>
    /// <param name="models">The folder of models; null for that of the repository.</param>
    public static async Task<QueueService> StartAsync(string folder, int batchSize, string? models = null)
    {
        QueueService service = new();
        await service._node.StartAsync();
        service._worker = await CaptioningProgram.StartAsync(
            "Taking requests from",
            [
                "serve", "--broker", service._node.Uri.ToString(), "--models", models ?? Repository.Models, "--device", "cpu", "--batch-size", $"{batchSize}",
                "--folder", folder, "--urls", "http://127.0.0.1:0", "--set", "Captioning:Engine:WatchInterval=00:00:01",
            ]);
        return service;
    }

    /// <summary>Has images captioned, and returns when all are.</summary>
    /// <param name="images">Their URIs.</param>
    /// <param name="producers">How many clients share the work, each with a connection of its own.</param>
    /// <returns>The seconds from the first request to the last answer.</returns>
    public async Task<double> CaptionAsync(IReadOnlyList<Func<string>> images, int producers)
    {
        await using IConnection connection = await ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        string answers = (await channel.QueueDeclareAsync()).QueueName;
        await channel.ExchangeDeclareAsync(Topology.JsonResults, ExchangeType.Topic, durable: true);
        await channel.QueueBindAsync(answers, Topology.JsonResults, "#");
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = images.Count;
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            if (delivery.RoutingKey != Topology.CaptionedKey)
            {
                all.TrySetException(new InvalidOperationException(System.Text.Encoding.UTF8.GetString(delivery.Body.Span)));
            }
            else if (Interlocked.Decrement(ref left) == 0)
            {
                all.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(answers, autoAck: true, consumer);
        string run = Guid.NewGuid().ToString();

        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => ProduceAsync(run, images, producer, producers)));
        await all.Task;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Has images captioned at a steady rate until it is told to stop.</summary>
    /// <param name="image">The URI of an image of each number.</param>
    /// <param name="perSecond">Requests in a second.</param>
    /// <param name="answered">Is given how many seconds each request took and the version that answered it.</param>
    /// <param name="cancellationToken">Ends it, when all that was asked is answered.</param>
    public async Task AskSteadilyAsync(Func<int, string> image, int perSecond, Action<double, string> answered, CancellationToken cancellationToken)
    {
        await using IConnection connection = await ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: CancellationToken.None);
        string answers = (await channel.QueueDeclareAsync(cancellationToken: CancellationToken.None)).QueueName;
        ConcurrentDictionary<string, long> asked = new(StringComparer.Ordinal);
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            JsonElement answer = JsonSerializer.Deserialize<JsonElement>(delivery.Body.Span);
            string version = answer.TryGetProperty("model", out JsonElement model) ? model.GetProperty("version").GetString()! : "failed";
            asked.TryRemove(answer.GetProperty("requestId").GetString()!, out long start);
            answered(Stopwatch.GetElapsedTime(start).TotalSeconds, version);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(answers, autoAck: true, consumer, CancellationToken.None);
        BasicProperties properties = new() { ContentType = MediaTypeNames.Application.Json, ReplyTo = answers };
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1.0 / perSecond));
        string run = Guid.NewGuid().ToString();
        for (int i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { requestId = $"{run}/{i}", image = image(i) });
            asked[$"{run}/{i}"] = Stopwatch.GetTimestamp();
            await channel.BasicPublishAsync(Topology.JsonBulk, string.Empty, mandatory: true, properties, body, CancellationToken.None);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        while (!asked.IsEmpty)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is { } worker)
        {
            await worker.DisposeAsync();
        }

        await _node.DisposeAsync();
    }

    private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = _node.Uri }.CreateConnectionAsync();

    private async Task ProduceAsync(string run, IReadOnlyList<Func<string>> images, int producer, int producers)
    {
        await using IConnection connection = await ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        BasicProperties properties = new() { Persistent = true, ContentType = MediaTypeNames.Application.Json };
        for (int i = producer; i < images.Count; i += producers)
        {
            await channel.BasicPublishAsync(
                Topology.JsonBulk, string.Empty, mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(new { requestId = $"{run}/{i}", image = images[i]() }));
        }
    }
}
