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
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await engines.LoadAsync(stoppingToken);
            try
            {
                await TakeRequestsAsync(stoppingToken);
            }
            finally
            {
                await engines.CloseAsync();
            }
        }
    }

    private async Task TakeRequestsAsync(CancellationToken stoppingToken)
    {
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
            // A bus whose stopping is cancelled cannot be started again; its consumers have a time limit of their own.
            await bus.StopAsync(CancellationToken.None);
            Log.Stopped(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Taking requests from {Broker}")]
        public static partial void Started(ILogger logger, string broker);

        [LoggerMessage(2, LogLevel.Information, "Taking no more requests")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "No broker is configured (--broker amqp://...): requests are taken over HTTP only")]
        public static partial void InMemory(ILogger logger);
    }
}
