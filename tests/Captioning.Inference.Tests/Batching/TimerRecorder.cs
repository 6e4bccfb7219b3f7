using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Inference.Tests.Batching;

/// <summary>A fake clock that tells when, and for how long, a timer was set.</summary>
internal sealed class TimerRecorder : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();
    private int _reads;

    /// <summary>Thrown when a timer is set, where given.</summary>
    public Exception? Fault { get; init; }

    /// <summary>Called, with the number of the reading from 1, whenever the clock is read.</summary>
    public Action<int>? Read { get; init; }

    public async Task<TimeSpan> TimerSetAsync() => await _set.Reader.ReadAsync().AsTask().WaitAsync(GatedHandler.Patience);

    public override long GetTimestamp()
    {
        Read?.Invoke(Interlocked.Increment(ref _reads));
        return base.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, base.CreateTimer(callback, state, dueTime, period));

    private sealed class Timer(TimerRecorder recorder, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (recorder.Fault is { } fault)
            {
                throw fault;
            }

            bool changed = timer.Change(dueTime, period);
            Assert.True(recorder._set.Writer.TryWrite(dueTime));
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
