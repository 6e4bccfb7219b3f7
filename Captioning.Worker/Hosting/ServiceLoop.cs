using Captioning.Inference;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Hosting;

/// <summary>
/// Takes requests exactly while there is an engine that works. Without one the queues are left alone, for other workers,
/// and nothing is moved to the error queues.
/// </summary>
internal sealed partial class ServiceLoop(EngineHost engines, IBusControl bus, ServiceOptions options, ILogger<ServiceLoop> logger) : BackgroundService
{
    /// <summary>Requests that are past the engine when it breaks down may finish.</summary>
    private static readonly TimeSpan BrokenStopTimeout = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await using CaptionEngine engine = await engines.LoadAsync(stoppingToken);
            await bus.StartAsync(stoppingToken);
            if (options.Broker.IsConfigured)
            {
                Log.Started(logger, bus.Address.GetLeftPart(UriPartial.Authority));
            }
            else
            {
                Log.InMemory(logger);
            }

            try
            {
                await engines.Broken.WaitAsync(stoppingToken);
            }
            finally
            {
                await StopBusAsync(stoppingToken.IsCancellationRequested ? options.ShutdownTimeout : BrokenStopTimeout);
            }
        }
    }

    private async Task StopBusAsync(TimeSpan patience)
    {
        using CancellationTokenSource timeout = new(patience);
        await bus.StopAsync(timeout.Token);
        Log.Stopped(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Taking requests from {Broker}")]
        public static partial void Started(ILogger logger, string broker);

        [LoggerMessage(2, LogLevel.Information, "Taking no more requests")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "No broker is configured (--broker amqp://...): requests are taken only from within this process")]
        public static partial void InMemory(ILogger logger);
    }
}
