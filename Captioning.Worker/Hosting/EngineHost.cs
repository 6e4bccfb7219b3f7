using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Hosting;

/// <summary>
/// The engine that works at the moment, if there is one. It is loaded again until it works, given up when it breaks down (when
/// its device is lost, for example), and makes room for one with another model without a pause.
/// </summary>
/// <param name="load">Loads and warms up an engine.</param>
/// <param name="time">Measures the delays between tries.</param>
/// <param name="logger">The log.</param>
internal sealed partial class EngineHost(Func<CaptionEngine> load, TimeProvider time, ILogger<EngineHost> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private CaptionEngine? _loaded;
    private CaptionEngine? _current;
    private TaskCompletionSource _broken = New();

    /// <summary>The engine; null while there is none that works.</summary>
    public CaptionEngine? Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Why there is no engine, after the first try; null where there is one.</summary>
    public string? Problem { get; private set; }

    /// <summary>Completes when the current engine has broken down.</summary>
    public Task Broken
    {
        get
        {
            lock (_lock)
            {
                return _broken.Task;
            }
        }
    }

    /// <summary>Loads an engine, again and again until it works.</summary>
    public async Task<CaptionEngine> LoadAsync(CancellationToken cancellationToken)
    {
        for (TimeSpan delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                CaptionEngine engine = await Task.Run(load, cancellationToken);
                lock (_lock)
                {
                    Problem = null;
                    _broken = New();
                    _loaded = engine;
                    _current = engine;
                }

                WorkerMetrics.ShowModel(engine.Manifest, engine.Device, serves: true);
                return engine;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Problem = e.Message;
                Log.NotLoaded(logger, delay.TotalSeconds, e.Message);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Loads another engine beside the one that works and puts it in its place. What the old one has under way it finishes, and is freed.
    /// </summary>
    /// <param name="loadNext">Loads, verifies and warms up the other one. Where it fails, all stays as it is.</param>
    /// <param name="cancellationToken">Gives up; what the old engine still has under way is then not finished.</param>
    public async Task SwapAsync(Func<CaptionEngine> loadNext, CancellationToken cancellationToken)
    {
        CaptionEngine next = await Task.Run(loadNext, cancellationToken);
        CaptionEngine? old;
        lock (_lock)
        {
            old = _current;
            if (old is not null)
            {
                _loaded = next;
                _current = next;
            }
        }

        if (old is null)
        {
            // It has broken down meanwhile, and whoever loads the next one finds the new model.
            await next.DisposeAsync();
            return;
        }

        WorkerMetrics.ShowModel(old.Manifest, old.Device, serves: false);
        WorkerMetrics.ShowModel(next.Manifest, next.Device, serves: true);
        await using (old)
        {
            await old.DrainAsync(cancellationToken);
        }
    }

    /// <summary>Frees the engine, once nobody uses it any more.</summary>
    public async Task CloseAsync()
    {
        CaptionEngine? engine;
        lock (_lock)
        {
            engine = _loaded;
            _loaded = null;
            _current = null;
        }

        if (engine is not null)
        {
            await engine.DisposeAsync();
        }
    }

    /// <summary>Finds out whether it is the engine that is to blame for an error, and if so gives it up.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="error">What it answered to an image.</param>
    public async Task<bool> IsBrokenAsync(CaptionEngine engine, Exception error)
    {
        if (Current == engine && (error is BatcherClosedException || !await WorksAsync(engine)))
        {
            GiveUp(engine, error);
        }

        return Current != engine;
    }

    private static async Task<bool> WorksAsync(CaptionEngine engine)
    {
        try
        {
            await engine.CaptionAsync(ImageSource.FromBytes(Probe, "probe"), CaptionOptions.Default, BatchPriority.Interactive);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private void GiveUp(CaptionEngine engine, Exception error)
    {
        lock (_lock)
        {
            if (_current != engine)
            {
                return;
            }

            Problem = error.Message;
            _current = null;
            _broken.SetResult();
        }

        WorkerMetrics.ShowModel(engine.Manifest, engine.Device, serves: false);
        Log.Broken(logger, error);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A PNG of one grey pixel.</summary>
    private static ReadOnlyMemory<byte> Probe { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "There is no engine; trying again in {Seconds} s: {Problem}")]
        public static partial void NotLoaded(ILogger logger, double seconds, string problem);

        [LoggerMessage(2, LogLevel.Error, "The engine has broken down")]
        public static partial void Broken(ILogger logger, Exception exception);
    }
}
