using Spectre.Console;

namespace Captioning.Trainer.Training;

/// <summary>Tells a person how a training goes: a line every half minute, and some lines after each epoch.</summary>
internal sealed class TrainingProgress(IAnsiConsole console, TimeProvider time) : ITrainingProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private int _epochs;
    private int _batches;
    private int _stepsBefore;
    private long _start;
    private long _last;
    private TimeSpan _judging;

    /// <summary>Training begins, or goes on from a checkpoint.</summary>
    public void Start(TrainingState state, int epochs, int batches)
    {
        (_epochs, _batches, _stepsBefore) = (epochs, batches, state.Steps);
        _start = _last = time.GetTimestamp();
    }

    /// <summary>A step is done.</summary>
    public void Report(TrainingState state)
    {
        if (time.GetElapsedTime(_last) >= Interval)
        {
            _last = time.GetTimestamp();
            console.WriteLine(
                $"epoch {state.Epoch + 1}/{_epochs}, step {state.Batch}/{_batches}: loss {state.LossSum / state.Tokens:0.000}{Reward(state.MeanReward)}, "
                + $"{state.Tokens / state.Seconds:N0} tokens/s, epoch ends in {Text(PerStep(state) * (_batches - state.Batch))}, "
                + $"training in {Text(Remaining(state.Steps))}");
        }
    }

    /// <summary>An epoch is judged.</summary>
    public void Report(EpochRecord record)
    {
        _judging = TimeSpan.FromSeconds(record.JudgingSeconds);
        Evaluation.CaptionScores scores = record.Scores;
        console.WriteLine(
            (record.Epoch == 0 ? "before training: " : $"epoch {record.Epoch}/{_epochs}: loss {record.Loss:0.000}{Reward(record.Reward)}, {record.TokensPerSecond:N0} tokens/s, "
                + $"{Text(TimeSpan.FromSeconds(record.TrainingSeconds))} + ")
            + $"{Text(_judging)} for dev | CIDEr {scores.Cider:0.000}{(record.IsBest ? " (best)" : "")}, BLEU-1 {scores.Bleu1:0.000}, BLEU-4 {scores.Bleu4:0.000}, "
            + $"ROUGE-L {scores.RougeL:0.000}, {scores.WordsUsed} words, {scores.DistinctCaptions} different captions{(record.Epoch == 0 ? "" : $" | {Text(Remaining(record.Steps))} to go")}");
        foreach ((string image, string caption) in record.Samples)
        {
            console.WriteLine($"    {image}: {caption}");
        }

        _last = time.GetTimestamp();
    }

    private static string Reward(double? reward) => reward is null ? "" : $", reward {reward:0.000}";

    private static TimeSpan PerStep(TrainingState state) => TimeSpan.FromSeconds(state.Batch == 0 ? 0 : state.Seconds / state.Batch);

    /// <summary>From the time that all steps so far have taken, judging included.</summary>
    private TimeSpan Remaining(int steps) =>
        steps == _stepsBefore ? TimeSpan.Zero : time.GetElapsedTime(_start) * (((double)_epochs * _batches) - steps) / (steps - _stepsBefore);

    private static string Text(TimeSpan span) => span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min"
        : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s" : $"{span.TotalSeconds:0} s";
}
