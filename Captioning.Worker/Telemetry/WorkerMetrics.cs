using System.Diagnostics.Metrics;
using Captioning.Contracts;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;

namespace Captioning.Worker.Telemetry;

/// <summary>What the worker measures around the engine, as the meter <see cref="MeterName"/>.</summary>
internal static class WorkerMetrics
{
    public const string MeterName = "Captioning.Worker";

    /// <summary>The instrument that counts answers.</summary>
    public const string ResultsName = "captioning.results";

    /// <summary>The attribute that tells what came of a request.</summary>
    public const string Outcome = "captioning.outcome";

    public const string CaptionedOutcome = "captioned";

    public const string FailedOutcome = "failed";

    private const string ErrorType = "error.type";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Results = Meter.CreateCounter<long>(
        ResultsName, "{result}", "Answers that were sent, by outcome; those of failures with the reason.");

    private static readonly Counter<long> CacheRequests = Meter.CreateCounter<long>(
        "captioning.cache.requests", "{request}", "Look-ups of what the worker remembers, by cache and by whether it was there.");

    private static readonly Histogram<double> SpeechDuration = Meter.CreateHistogram(
        "captioning.speech.duration",
        "s",
        "Speaking a caption: waiting for a thread, synthesis and writing the audio.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    private static readonly Gauge<int> ModelInfo = Meter.CreateGauge<int>(
        "captioning.model.info", "1", "The model: 1 while it serves, 0 once it does no more.");

    private static readonly Counter<long> Swaps = Meter.CreateCounter<long>(
        "captioning.model.swaps", "{swap}", "Models that were to take the place of another, by whether they did.");

    private static readonly Gauge<int> Rejected = Meter.CreateGauge<int>(
        "captioning.model.rejected", "1", "1 while the model that is to serve cannot, and another serves in its place; else 0.");

    public static void CountCaptioned() => Results.Add(1, new KeyValuePair<string, object?>(Outcome, CaptionedOutcome));

    public static void CountFailed(FailureReason reason) =>
        Results.Add(1, new(Outcome, FailedOutcome), new(ErrorType, reason.ToString()));

    public static void CountSpoken() => Results.Add(1, new KeyValuePair<string, object?>(Outcome, "spoken"));

    /// <param name="cache">Which of them: <c>answer</c> or <c>caption</c>.</param>
    /// <param name="hit">Whether it was known, or being found out for somebody else.</param>
    public static void CountCacheRequest(string cache, bool hit) =>
        CacheRequests.Add(1, new("captioning.cache.name", cache), new("captioning.cache.result", hit ? "hit" : "miss"));

    public static void RecordSpeech(TimeSpan duration, string voice) =>
        SpeechDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("captioning.voice", voice));

    public static void RecordSpeechFailure(TimeSpan duration, Exception error) =>
        SpeechDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(ErrorType, error.GetType().Name));

    public static void ShowModel(ModelManifest model, Device device, bool serves) => ModelInfo.Record(
        serves ? 1 : 0,
        new("captioning.model.id", model.Id),
        new("captioning.model.version", model.Version),
        new("captioning.device", device.ToString()));

    public static void CountSwap()
    {
        Swaps.Add(1, new KeyValuePair<string, object?>(Outcome, "swapped"));
        Rejected.Record(0);
    }

    public static void CountRejection(Exception error)
    {
        Swaps.Add(1, new(Outcome, FailedOutcome), new(ErrorType, error.GetType().Name));
        Rejected.Record(1);
    }

    /// <summary>The model that is to serve does.</summary>
    public static void ClearRejection() => Rejected.Record(0);
}
