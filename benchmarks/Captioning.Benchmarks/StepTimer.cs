using System.Diagnostics;
using Captioning.Trainer.Training;

namespace Captioning.Benchmarks;

/// <summary>Times the steps of a training and ends it after some.</summary>
/// <param name="steps">Steps after which it ends.</param>
internal sealed class StepTimer(int steps) : ITrainingProgress, IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<double> _seconds = [];
    private long _last;

    public CancellationToken Token => _end.Token;

    /// <summary>Seconds of each step, from the end of the one before.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    /// <summary>Seconds since the last step.</summary>
    public double SinceLast => Stopwatch.GetElapsedTime(_last).TotalSeconds;

    public void Start(TrainingState state, int epochs, int batches) => _last = Stopwatch.GetTimestamp();

    public void Report(TrainingState state)
    {
        long now = Stopwatch.GetTimestamp();
        _seconds.Add(Stopwatch.GetElapsedTime(_last, now).TotalSeconds);
        _last = now;
        if (_seconds.Count == steps)
        {
            _end.Cancel();
        }
    }

    public void Report(EpochRecord record)
    {
    }

    public void Dispose() => _end.Dispose();
}
