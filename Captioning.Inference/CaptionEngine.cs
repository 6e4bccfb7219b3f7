using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Captioning.Inference;

/// <summary>
/// Images in, captions out, for any number of callers: images are decoded on threads of their own, wait in a bounded
/// queue, and run through the model in batches. One engine holds one model.
/// </summary>
public sealed partial class CaptionEngine : IAsyncDisposable
{
    private readonly Captioner _captioner;
    private readonly ImageDecoder _decoder;
    private readonly DecodePool _pool;
    private readonly DynamicBatcher<Work, Answer> _batcher;
    private readonly SemaphoreSlim[] _places;
    private readonly TimeProvider _time;

    private CaptionEngine(Captioner captioner, Device device, CaptionEngineOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        _captioner = captioner;
        _time = time;
        Device = device;
        _decoder = new ImageDecoder(options.Images);
        _pool = new DecodePool(options.DecodeThreads == 0 ? Environment.ProcessorCount : options.DecodeThreads);
        _places = [.. Enum.GetValues<BatchPriority>().Select(_ => new SemaphoreSlim(options.QueueCapacity))];
        _batcher = new DynamicBatcher<Work, Answer>(
            Run,
            new DynamicBatcherOptions { MaxBatchSize = options.MaxBatchSize, MaxDelay = options.MaxBatchDelay, Capacity = options.QueueCapacity },
            timeProvider: time,
            logger: loggers.CreateLogger<CaptionEngine>());
    }

    /// <summary>What the model's <c>model.json</c> says.</summary>
    public ModelManifest Manifest => _captioner.Manifest;

    /// <summary>Where inference runs: never <see cref="DeviceKind.Auto"/>.</summary>
    public Device Device { get; }

    /// <summary>Loads a model, verifies it and warms it up.</summary>
    /// <param name="options">The settings; later changes to the object have no effect.</param>
    /// <param name="loggers">Makes the engine's loggers.</param>
    /// <param name="time">Measures the timings.</param>
    /// <exception cref="ArgumentException">The options are invalid; the message lists every problem.</exception>
    /// <exception cref="ModelLoadException">The model is; the message lists every problem.</exception>
    /// <exception cref="DeviceUnavailableException">The device was asked for by name and cannot be used.</exception>
    public static CaptionEngine Load(CaptionEngineOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        string[] problems = [.. options.Validate()];
        if (problems.Length > 0)
        {
            throw new ArgumentException($"The engine's settings are invalid: {string.Join("; ", problems)}.", nameof(options));
        }

        loggers ??= NullLoggerFactory.Instance;
        time ??= TimeProvider.System;
        ILogger logger = loggers.CreateLogger<CaptionEngine>();
        long start = time.GetTimestamp();
        SessionFactory sessions = SessionFactory.Create(options.Device, options.Threads, logger);
        Captioner captioner = Captioner.Load(options.ModelPath, sessions);
        Log.Loaded(logger, captioner.Manifest.Id, captioner.Manifest.Version, sessions.Device, time.GetElapsedTime(start).TotalSeconds);
        return new CaptionEngine(captioner, sessions.Device, options, loggers, time);
    }

    /// <summary>Captions an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="priority">Which queue it waits in.</param>
    /// <param name="cancellationToken">Takes the image out of the queue.</param>
    /// <exception cref="ImageRejectedException">The image cannot be read or is not accepted.</exception>
    /// <exception cref="BatcherClosedException">The engine is draining or disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<CaptionedImage> CaptionAsync(
        ImageSource image, CaptionOptions options, BatchPriority priority = BatchPriority.Bulk, CancellationToken cancellationToken = default)
    {
        long arrived = _time.GetTimestamp();
        SemaphoreSlim places = _places[(int)priority];
        await places.WaitAsync(cancellationToken);
        try
        {
            Decoded decoded = await _pool.RunAsync(() => Decode(image, cancellationToken), priority, cancellationToken);

            // The batcher's task completes only when no batch touches the pixels any more.
            using DecodedImage pixels = decoded.Image;
            long submitted = _time.GetTimestamp();
            Answer answer = await _batcher.SubmitAsync(new Work(pixels, options), priority, cancellationToken);
            TimeSpan queued = _time.GetElapsedTime(arrived, decoded.Start) + _time.GetElapsedTime(submitted, answer.Start);
            return new CaptionedImage(
                pixels.Info,
                answer.Captions,
                new CaptionTimings(
                    queued, _time.GetElapsedTime(decoded.Start, decoded.End), _time.GetElapsedTime(answer.Start, answer.End), answer.BatchSize));
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Takes no more images and completes when every one taken has its caption.</summary>
    /// <param name="cancellationToken">Ends the patience: what still waits is cancelled.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default) => _batcher.DrainAsync(cancellationToken);

    /// <summary>Cancels what waits, lets the running batch finish, and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _pool.Dispose();
        _captioner.Dispose();
        foreach (SemaphoreSlim places in _places)
        {
            places.Dispose();
        }
    }

    private Decoded Decode(ImageSource image, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        DecodedImage decoded = _decoder.Decode(image, _captioner.InputSize, cancellationToken);
        return new Decoded(decoded, start, _time.GetTimestamp());
    }

    /// <summary>Captions a batch, one run of the model for each set of options in it: mostly that is one.</summary>
    private BatchResult<Answer>[] Run(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        BatchResult<Answer>[] results = new BatchResult<Answer>[batch.Count];
        foreach (IGrouping<CaptionOptions, int> group in Enumerable.Range(0, batch.Count).GroupBy(i => batch[i].Options))
        {
            int[] items = [.. group];
            long start = _time.GetTimestamp();
            IReadOnlyList<IReadOnlyList<Caption>> captions = _captioner.Run(
                Array.ConvertAll(items, i => batch[i].Pixels.Pixels), group.Key, cancellationToken);
            long end = _time.GetTimestamp();
            for (int i = 0; i < items.Length; i++)
            {
                results[items[i]] = BatchResult.Success(new Answer(captions[i], start, end, items.Length));
            }
        }

        return results;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Model {Id} {Version} is ready on {Device} after {Seconds:0.00} s")]
        public static partial void Loaded(ILogger logger, string id, string version, Device device, double seconds);
    }

    private sealed record Work(DecodedImage Pixels, CaptionOptions Options);

    private sealed record Decoded(DecodedImage Image, long Start, long End);

    private sealed record Answer(IReadOnlyList<Caption> Captions, long Start, long End, int BatchSize);
}
