using System.Collections.Concurrent;
using Captioning.Contracts;
using MassTransit;

namespace Captioning.Trainer.Tests.Service;

/// <summary>A client on the broker that hears of all that trainings tell.</summary>
internal sealed class EventLog : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<object> _events = [];
    private readonly SemaphoreSlim _came = new(0);

    private EventLog(Uri broker) => Bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(broker);
        rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.Handler<TrainingProgressed>(context => Keep(context.Message));
            endpoint.Handler<TrainingRejected>(context => Keep(context.Message));
            endpoint.Handler<ModelPublished>(context => Keep(context.Message));
        });
    });

    public IBusControl Bus { get; }

    /// <summary>All that was told, in order.</summary>
    public IReadOnlyList<object> Events => [.. _events];

    public static async Task<EventLog> StartAsync(Uri broker)
    {
        EventLog log = new(broker);
        await log.Bus.StartAsync();
        return log;
    }

    /// <summary>The first event of a kind, waiting for it.</summary>
    /// <exception cref="InvalidOperationException">The training has ended in another way.</exception>
    public async Task<T> FirstAsync<T>(string trainingId, Func<T, bool>? matches = null)
        where T : class
    {
        using CancellationTokenSource timeout = new(Patience);
        while (true)
        {
            object[] ofTraining = [.. _events.Where(message => IdOf(message) == trainingId)];
            if (ofTraining.OfType<T>().FirstOrDefault(message => matches?.Invoke(message) ?? true) is { } found)
            {
                return found;
            }

            if (ofTraining.FirstOrDefault(message => message is TrainingRejected or ModelPublished) is { } end)
            {
                throw new InvalidOperationException($"The training has ended without it: {end}");
            }

            await _came.WaitAsync(timeout.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Bus.StopAsync();
        _came.Dispose();
    }

    private static string? IdOf(object message) => message switch
    {
        TrainingProgressed progressed => progressed.TrainingId,
        TrainingRejected rejected => rejected.TrainingId,
        ModelPublished published => published.TrainingId,
        _ => null,
    };

    private Task Keep(object message)
    {
        _events.Enqueue(message);
        _came.Release();
        return Task.CompletedTask;
    }
}
