using System.Diagnostics.Metrics;
using Captioning.Inference.Telemetry;
using Captioning.Worker.Telemetry;

namespace Captioning.Worker.Http.Discovery;

/// <summary>Follows the worker's own metrics, for those who look at the page and not at Prometheus.</summary>
internal sealed class WorkMeter : IDisposable
{
    private const int Seconds = 10;

    private readonly MeterListener _listener = new();
    private readonly TimeProvider _time;
    private readonly long _start;

    // Captions of this second and of those before, each in its place of a ring, with the second that it is.
    private readonly Lock _lock = new();
    private readonly (long Second, long Count)[] _ring = new (long, long)[Seconds + 1];

    private long _interactive;
    private long _bulk;
    private long _captioned;
    private long _failed;

    public WorkMeter(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if ((instrument.Meter.Name, instrument.Name) is (EngineMetrics.MeterName, EngineMetrics.ImagesName) or (WorkerMetrics.MeterName, WorkerMetrics.ResultsName))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, change, tags, _) => CountImages(change, tags));
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => CountResults(count, tags));
        _listener.Start();
    }

    /// <summary>Images in the engine that somebody waits for.</summary>
    public long Interactive => Interlocked.Read(ref _interactive);

    /// <summary>The other images in the engine.</summary>
    public long Bulk => Interlocked.Read(ref _bulk);

    /// <summary>Captions given so far.</summary>
    public long Captioned => Interlocked.Read(ref _captioned);

    /// <summary>Requests that failed so far.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Captions given a second, over the last ten whole seconds.</summary>
    public double ImagesPerSecond()
    {
        long now = Second();
        lock (_lock)
        {
            return _ring.Where(entry => entry.Second >= now - Seconds && entry.Second < now).Sum(entry => entry.Count) / (double)Seconds;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void CountImages(int change, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Interlocked.Add(ref Has(tags, EngineMetrics.Priority, "interactive") ? ref _interactive : ref _bulk, change);

    private void CountResults(long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Has(tags, WorkerMetrics.Outcome, WorkerMetrics.FailedOutcome))
        {
            Interlocked.Add(ref _failed, count);
        }
        else if (Has(tags, WorkerMetrics.Outcome, WorkerMetrics.CaptionedOutcome))
        {
            Interlocked.Add(ref _captioned, count);
            long second = Second();
            lock (_lock)
            {
                ref (long Second, long Count) entry = ref _ring[second % _ring.Length];
                entry = (second, entry.Second == second ? entry.Count + count : count);
            }
        }
    }

    private long Second() => (long)_time.GetElapsedTime(_start).TotalSeconds;

    private static bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key, string value)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == key)
            {
                return tag.Value is string text && text == value;
            }
        }

        return false;
    }
}
