using System.Diagnostics.Metrics;

namespace Captioning.Trainer.Service;

/// <summary>What the training service measures, as the meter <see cref="MeterName"/>.</summary>
internal static class TrainerMetrics
{
    public const string MeterName = "Captioning.Trainer";

    private const string Outcome = "captioning.outcome";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Feedback = Meter.CreateCounter<long>(
        "captioning.feedback", "{item}", "Feedback that came, by whether it was stored, known already or refused.");

    private static readonly Gauge<long> Images = Meter.CreateGauge<long>("captioning.feedback.images", "{image}", "Images that there is feedback on.");

    private static readonly Counter<long> Trainings = Meter.CreateCounter<long>("captioning.trainings", "{training}", "Trainings that are over, by outcome.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "captioning.training.duration",
        "s",
        "Trainings, from their start in this process to their end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10, 60, 300, 900, 1800, 3600, 7200, 14400, 43200, 86400] });

    /// <param name="outcome"><c>stored</c>, <c>known</c> or <c>refused</c>.</param>
    public static void CountFeedback(string outcome) => Feedback.Add(1, new KeyValuePair<string, object?>(Outcome, outcome));

    public static void ShowImages(long count) => Images.Record(count);

    public static void CountTraining(TrainingStatus outcome, TimeSpan duration)
    {
        KeyValuePair<string, object?> tag = new(Outcome, outcome.ToString().ToLowerInvariant());
        Trainings.Add(1, tag);
        Duration.Record(duration.TotalSeconds, tag);
    }
}
