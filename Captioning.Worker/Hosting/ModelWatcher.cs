using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Models;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Hosting;

/// <summary>
/// Puts the model in place that is to serve: looks at the model folder now and then, and at once when it is told to. A model
/// that cannot be loaded leaves the one before in its place, until the folder says something else.
/// </summary>
/// <param name="engines">The engine.</param>
/// <param name="find">The folder of the bundle that is to serve.</param>
/// <param name="load">Loads, verifies and warms up an engine with the bundle in a folder.</param>
/// <param name="interval">How often to look.</param>
/// <param name="time">Measures the intervals.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ModelWatcher(
    EngineHost engines, Func<string> find, Func<string, CaptionEngine> load, TimeSpan interval, TimeProvider time, ILogger<ModelWatcher> logger) : BackgroundService
{
    private readonly SemaphoreSlim _look = new(0);
    private string? _rejected;

    /// <summary>Looks at the model folder now.</summary>
    public void Look() => _look.Release();

    public override void Dispose()
    {
        _look.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(interval, time);
        Task<bool> tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            using CancellationTokenSource ticked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            Task told = _look.WaitAsync(ticked.Token);
            if (await Task.WhenAny(tick, told) == tick)
            {
                await ticked.CancelAsync();
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
            else
            {
                // What was refused may have been mended.
                _rejected = null;
            }

            await FollowAsync(stoppingToken);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (engines.Current is not { } engine)
        {
            // Whoever loads the first one looks by itself.
            return;
        }

        string wanted = "the model";
        try
        {
            string folder = find();
            ModelManifest manifest = ModelManifest.Read(folder);
            ModelReference model = new(manifest.Id, manifest.Version);
            wanted = $"{model.Id} {model.Version}";
            if (model == new ModelReference(engine.Manifest.Id, engine.Manifest.Version))
            {
                Clear();
            }
            else if (_rejected != wanted)
            {
                await engines.SwapAsync(() => load(folder), cancellationToken);
                Clear();
                WorkerMetrics.CountSwap();
                Log.Swapped(logger, wanted, engine.Manifest.Id, engine.Manifest.Version);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (_rejected != wanted)
            {
                _rejected = wanted;
                WorkerMetrics.CountRejection(e);
                Log.Rejected(logger, wanted, engine.Manifest.Id, engine.Manifest.Version, e.Message);
            }
        }
    }

    private void Clear()
    {
        _rejected = null;
        WorkerMetrics.ClearRejection();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Model} serves instead of {OldId} {OldVersion}")]
        public static partial void Swapped(ILogger logger, string model, string oldId, string oldVersion);

        [LoggerMessage(2, LogLevel.Error, "{Model} is to serve but cannot; {OldId} {OldVersion} goes on serving: {Problem}")]
        public static partial void Rejected(ILogger logger, string model, string oldId, string oldVersion, string problem);
    }
}
