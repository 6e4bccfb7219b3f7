using System.Diagnostics.Metrics;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;

namespace Captioning.Inference.Telemetry;

/// <summary>
/// What the engines of this process measure, as the meter <see cref="MeterName"/>. Names and units follow OpenTelemetry's semantic
/// conventions: durations are histograms in seconds.
/// </summary>
public static class EngineMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Captioning.Inference";

    /// <summary>The instrument that counts the images in the engine.</summary>
    public const string ImagesName = "captioning.engine.images";

    /// <summary>The attribute that tells of an image whether somebody waits for it: <c>interactive</c> or <c>bulk</c>.</summary>
    public const string Priority = "captioning.priority";

    private const string Stage = "captioning.stage";

    /// <summary>From a small photo's decoding to a large batch on a slow processor.</summary>
    private static readonly InstrumentAdvice<double> Work = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>From no wait at all to an archive's.</summary>
    private static readonly InstrumentAdvice<double> Waits = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    private static readonly Meter Meter = new(MeterName);

    private static readonly UpDownCounter<int> Images = Meter.CreateUpDownCounter<int>(
        ImagesName, "{image}", "Images in the engine, by the stage that they are in; all together are the images in flight.");

    private static readonly Histogram<double> QueueDuration = Meter.CreateHistogram(
        "captioning.image.queue.duration", "s", "How long images waited in each of the engine's queues.", advice: Waits);

    private static readonly Histogram<double> DecodeDuration = Meter.CreateHistogram(
        "captioning.image.decode.duration", "s", "Reading, decoding and resizing an image.", advice: Work);

    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "captioning.batch.size",
        "{image}",
        "Images in a batch.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    private static readonly Histogram<double> BatchFill = Meter.CreateHistogram(
        "captioning.batch.fill",
        "1",
        "Images in a batch, as a part of the largest batch that could have been.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1] });

    private static readonly Histogram<double> BatchDuration = Meter.CreateHistogram(
        "captioning.batch.duration", "s", "Running a batch, encoder and decoder.", advice: Work);

    private static readonly Histogram<double> EncoderDuration = Meter.CreateHistogram(
        "captioning.encoder.duration", "s", "Running the encoder on a batch.", advice: Work);

    private static readonly Histogram<double> DecoderDuration = Meter.CreateHistogram(
        "captioning.decoder.duration", "s", "The beam search over a batch.", advice: Work);

    internal static void CountImages(ImageStage stage, BatchPriority priority, int change) =>
        Images.Add(change, new(Stage, Name(stage)), new(Priority, Name(priority)));

    internal static void RecordQueue(ImageStage queue, BatchPriority priority, TimeSpan duration) =>
        QueueDuration.Record(duration.TotalSeconds, new(Stage, Name(queue)), new(Priority, Name(priority)));

    internal static void RecordDecode(TimeSpan duration, string format) =>
        DecodeDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("captioning.image.format", format));

    internal static void RecordDecodeFailure(TimeSpan duration, Exception error) => DecodeDuration.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>("error.type", error is ImageRejectedException rejected ? $"{rejected.Reason}" : error.GetType().FullName));

    internal static void RecordBatch(BatchObservation batch)
    {
        BatchSize.Record(batch.Size);
        BatchFill.Record((double)batch.Size / batch.MaxSize);
        BatchDuration.Record(batch.Duration.TotalSeconds);
    }

    internal static void RecordEncoder(TimeSpan duration) => EncoderDuration.Record(duration.TotalSeconds);

    internal static void RecordDecoder(TimeSpan duration) => DecoderDuration.Record(duration.TotalSeconds);

    private static string Name(BatchPriority priority) => priority == BatchPriority.Interactive ? "interactive" : "bulk";

    private static string Name(ImageStage stage) => stage switch
    {
        ImageStage.Admission => "admission",
        ImageStage.DecodeQueue => "decode_queue",
        ImageStage.Decode => "decode",
        ImageStage.BatchQueue => "batch_queue",
        ImageStage.Batch => "batch",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, message: null),
    };
}
