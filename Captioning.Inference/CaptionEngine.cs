using System.Diagnostics;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Inference.Telemetry;
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
    private readonly Lock _lock = new();
    private readonly Lazy<Task> _disposal;
    private TaskCompletionSource? _idle;
    private int _underWay;
    private bool _closed;

    private CaptionEngine(Captioner captioner, Device device, CaptionEngineOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        _captioner = captioner;
        _time = time;
        _disposal = new Lazy<Task>(() => Task.Run(FreeAsync));
        Device = device;
        _decoder = new ImageDecoder(options.Images, time);
        _pool = new DecodePool(options.DecodeThreads == 0 ? Environment.ProcessorCount : options.DecodeThreads);
        _places = [.. Enum.GetValues<BatchPriority>().Select(_ => new SemaphoreSlim(options.QueueCapacity))];
        _batcher = new DynamicBatcher<Work, Answer>(
            Run,
            new DynamicBatcherOptions { MaxBatchSize = options.MaxBatchSize, MaxDelay = options.MaxBatchDelay, Capacity = options.QueueCapacity },
            EngineMetrics.RecordBatch,
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
        Captioner captioner = Captioner.Load(options.ModelPath, sessions, time);
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
        Enter();
        try
        {
            using ImageProgress progress = new(priority);
            long arrived = _time.GetTimestamp();
            await _places[(int)priority].WaitAsync(cancellationToken);
            EngineMetrics.RecordQueue(ImageStage.Admission, priority, _time.GetElapsedTime(arrived));
            return await CaptionAsync(image, options, priority, progress, arrived, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes no more images and completes when every one taken has its caption.</summary>
    /// <param name="cancellationToken">Ends the patience: what still waits is not captioned any more.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before all was done.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        Task idle;
        lock (_lock)
        {
            _closed = true;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_underWay == 0)
            {
                _idle.TrySetResult();
            }

            idle = _idle.Task;
        }

        try
        {
            await idle.WaitAsync(cancellationToken);
        }
        finally
        {
            // Without patience this throws out what waits; else there is nothing left in it.
            await _batcher.DrainAsync(cancellationToken);
        }
    }

    /// <summary>Cancels what waits, lets the running batch finish, and frees the model.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closed = true;
        }

        // Whoever disposes of it second waits for the first, and frees nothing under a running batch.
        return new ValueTask(_disposal.Value);
    }

    private async Task FreeAsync()
    {
        await _batcher.DisposeAsync();
        _pool.Dispose();
        _captioner.Dispose();
        Heap.Trim();
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw new BatcherClosedException();
            }

            _underWay++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _underWay--;
            if (_underWay == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    private async Task<CaptionedImage> CaptionAsync(
        ImageSource image, CaptionOptions options, BatchPriority priority, ImageProgress progress, long arrived, CancellationToken cancellationToken)
    {
        try
        {
            progress.Enter(ImageStage.DecodeQueue);
            long admitted = _time.GetTimestamp();
            ActivityContext caller = Activity.Current?.Context ?? default;
            Decoded decoded = await _pool.RunAsync(() => Decode(image, progress, caller, cancellationToken), priority, cancellationToken);

            // The batcher's task completes only when no batch touches the pixels any more.
            using DecodedImage pixels = decoded.Image;
            EngineMetrics.RecordQueue(ImageStage.DecodeQueue, priority, _time.GetElapsedTime(admitted, decoded.Start));
            progress.Enter(ImageStage.BatchQueue);
            long submitted = _time.GetTimestamp();
            using Activity? infer = EngineTracing.Source.StartActivity("infer");
            Answer answer = await _batcher.SubmitAsync(new Work(pixels, options, progress, infer?.Context ?? default), priority, cancellationToken);
            if (answer.Batch != default)
            {
                infer?.AddLink(new ActivityLink(answer.Batch));
            }

            TimeSpan inBatchQueue = _time.GetElapsedTime(submitted, answer.Start);
            EngineMetrics.RecordQueue(ImageStage.BatchQueue, priority, inBatchQueue);
            return new CaptionedImage(
                pixels.Info,
                answer.Captions,
                new CaptionTimings(
                    _time.GetElapsedTime(arrived, decoded.Start) + inBatchQueue,
                    _time.GetElapsedTime(decoded.Start, decoded.End),
                    _time.GetElapsedTime(answer.Start, answer.End),
                    answer.BatchSize));
        }
        finally
        {
            _places[(int)priority].Release();
        }
    }

    private Decoded Decode(ImageSource image, ImageProgress progress, ActivityContext caller, CancellationToken cancellationToken)
    {
        progress.Enter(ImageStage.Decode);
        using Activity? span = EngineTracing.Source.StartActivity("decode", ActivityKind.Internal, caller);
        long start = _time.GetTimestamp();
        try
        {
            DecodedImage decoded = _decoder.Decode(image, _captioner.InputSize, cancellationToken);
            long end = _time.GetTimestamp();
            EngineMetrics.RecordDecode(_time.GetElapsedTime(start, end), decoded.Info.Format);
            return new Decoded(decoded, start, end);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            EngineMetrics.RecordDecodeFailure(_time.GetElapsedTime(start), e);
            throw;
        }
    }

    /// <summary>Captions a batch, one run of the model for each set of options in it: mostly that is one.</summary>
    private BatchResult<Answer>[] Run(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        foreach (Work work in batch)
        {
            work.Progress.Enter(ImageStage.Batch);
        }

        BatchResult<Answer>[] results = new BatchResult<Answer>[batch.Count];
        foreach (IGrouping<CaptionOptions, int> group in Enumerable.Range(0, batch.Count).GroupBy(i => batch[i].Options))
        {
            int[] items = [.. group];
            using Activity? span = StartBatch(batch, items);
            long start = _time.GetTimestamp();
            IReadOnlyList<IReadOnlyList<Caption>> captions = _captioner.Run(
                Array.ConvertAll(items, i => batch[i].Pixels.Pixels), group.Key, cancellationToken);
            long end = _time.GetTimestamp();
            for (int i = 0; i < items.Length; i++)
            {
                results[items[i]] = BatchResult.Success(new Answer(captions[i], start, end, items.Length, span?.Context ?? default));
            }
        }

        return results;
    }

    private static Activity? StartBatch(IReadOnlyList<Work> batch, int[] items) => EngineTracing.Source.HasListeners()
        ? EngineTracing.Source.StartActivity(
            "batch",
            ActivityKind.Internal,
            parentContext: default,
            tags: [new("captioning.batch.size", items.Length)],
            links: [.. items.Select(i => batch[i].Span).Where(span => span != default).Select(span => new ActivityLink(span))])
        : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Model {Id} {Version} is ready on {Device} after {Seconds:0.00} s")]
        public static partial void Loaded(ILogger logger, string id, string version, Device device, double seconds);
    }

    private sealed record Work(DecodedImage Pixels, CaptionOptions Options, ImageProgress Progress, ActivityContext Span);

    private sealed record Decoded(DecodedImage Image, long Start, long End);

    private sealed record Answer(IReadOnlyList<Caption> Captions, long Start, long End, int BatchSize, ActivityContext Batch);
}
