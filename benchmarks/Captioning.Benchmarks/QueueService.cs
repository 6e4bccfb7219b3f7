using System.Diagnostics;
using System.Net.Mime;
using System.Runtime.InteropServices;
using System.Text.Json;
using Captioning.Worker.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Captioning.Benchmarks;

/// <summary>A RabbitMQ node, <c>captioning serve</c> on it as a process of its own, and clients that ask it.</summary>
internal sealed class QueueService : IAsyncDisposable
{
    private readonly RabbitMqNode _node = new();
    private Process? _worker;

    /// <summary>Bytes of the worker that are in memory.</summary>
    public long WorkerBytes
    {
        get
        {
            _worker!.Refresh();
            return _worker.WorkingSet64;
        }
    }

    /// <param name="folder">The folder that the worker may read photos from.</param>
    /// <param name="batchSize">The most images in a batch.</param>
    public static async Task<QueueService> StartAsync(string folder, int batchSize)
    {
        QueueService service = new();
        await service._node.StartAsync();
        string dotnet = Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        Process worker = new()
        {
            StartInfo = new ProcessStartInfo(
                dotnet,
                [
                    Path.Join(AppContext.BaseDirectory, "captioning.dll"), "serve", "--broker", service._node.Uri.ToString(), "--models", Repository.Models,
                    "--device", "cpu", "--batch-size", $"{batchSize}", "--folder", folder, "--urls", "http://127.0.0.1:0",
                ])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException("captioning serve has ended."));
            }
            else if (line.Data.Contains("Taking requests from", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        worker.Start();
        worker.BeginErrorReadLine();
        worker.BeginOutputReadLine();
        service._worker = worker;
        await ready.Task;
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

    public async ValueTask DisposeAsync()
    {
        if (_worker is { } worker)
        {
            worker.Kill();
            await worker.WaitForExitAsync();
            worker.Dispose();
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
