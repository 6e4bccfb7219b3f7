using Captioning.Trainer.Training;

namespace Captioning.Trainer.Service;

/// <summary>Tells how a training goes: at the beginning of each stage and then once in an interval.</summary>
/// <param name="report">Is told.</param>
/// <param name="interval">The interval.</param>
/// <param name="time">Measures it.</param>
internal sealed class RetrainingProgress(Action<StageReport> report, TimeSpan interval, TimeProvider time) : ITrainingProgress
{
    // The shares of a training that computing features and the gate have, roughly.
    private const double Features = 0.1;
    private const double Gate = 0.1;

    private string? _stage;
    private long _last;
    private int _epochs;
    private int _batches;

    public void Prepare() => Tell(new StageReport("reading data", 0));

    public void ReportFeatures(int done, int total) => Tell(new StageReport("computing features", Features * done / Math.Max(1, total)));

    public void Start(TrainingState state, int epochs, int batches)
    {
        (_epochs, _batches) = (epochs, batches);
        Report(state);
    }

    public void Report(TrainingState state)
    {
        if (state.Epoch < _epochs)
        {
            double done = (state.Epoch + ((double)state.Batch / _batches)) / _epochs;
            Tell(new StageReport(
                $"epoch {state.Epoch + 1} of {_epochs}", Features + ((1 - Features - Gate) * done), state.Tokens > 0 ? state.LossSum / state.Tokens : null));
        }
    }

    public void Report(EpochRecord record)
    {
    }

    public void Judge() => Tell(new StageReport("comparing with the current model", 1 - Gate));

    private void Tell(StageReport progress)
    {
        if (progress.Stage != _stage || time.GetElapsedTime(_last) >= interval)
        {
            (_stage, _last) = (progress.Stage, time.GetTimestamp());
            report(progress);
        }
    }
}
