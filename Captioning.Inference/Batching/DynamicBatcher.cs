using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Captioning.Inference.Batching;

/// <summary>
/// Gathers items of many callers into batches for one handler, as NVIDIA Triton's dynamic batcher does: when the handler is free,
/// a batch is whatever waits, up to <see cref="DynamicBatcherOptions.MaxBatchSize"/>, held back for more only where
/// <see cref="DynamicBatcherOptions.MaxDelay"/> says so.
/// </summary>
/// <remarks>
/// <para>
/// The handler runs on one thread of the batcher's own and never on the thread pool. It gets the items and returns one
/// <see cref="BatchResult{T}"/> for each, in the same order; it keeps neither the list nor the items. Its token fires when every item of the
/// call has been cancelled or the batcher is shut down hard; whatever it throws after that counts as cancellation. If it throws
/// otherwise, the items are run again one by one, so that only the culprit fails.
/// </para>
/// <para>
/// Ownership: the batcher never disposes an item. Once the task of an item has completed, whatever the outcome, the handler does
/// not touch the item and never will, so its buffers may be reused. Therefore a cancelled item that waits is
/// cancelled at once, and one that is being run completes as cancelled when the handler returns.
/// </para>
/// </remarks>
public sealed partial class DynamicBatcher<TItem, TResult> : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TItem>, CancellationToken, IReadOnlyList<BatchResult<TResult>>> _handler;
    private readonly int _maxBatchSize;
    private readonly TimeSpan _maxDelay;
    private readonly BatchObserver? _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A monitor rather than a Lock, because the batcher's thread waits on it. It guards the fields down to the blank line.
    private readonly object _gate = new();
    private readonly BatchQueue<TItem, TResult> _queue;
    private bool _closed;
    private bool _aborted;
    private Exception? _fault;
    private int _wanted;
    private CancellationTokenSource _stop = new();

    // These belong to the batcher's thread.
    private readonly List<TItem> _items;
    private readonly TimeSpan[] _queueWaits;
    private List<BatchEntry<TItem, TResult>> _batch;
    private List<BatchEntry<TItem, TResult>> _failedBatch;

    /// <summary>Creates the batcher and starts its thread.</summary>
    /// <param name="handler">Runs a batch; see the remarks on the class.</param>
    /// <param name="options">How batches are formed; later changes to the object have no effect.</param>
    /// <param name="observer">Told of every batch.</param>
    /// <param name="timeProvider">Measures delays and waits; the system's where null.</param>
    /// <param name="logger">Where failures that no single caller owns are reported.</param>
    /// <exception cref="ArgumentException">The options are invalid; the message lists every error.</exception>
    public DynamicBatcher(
        Func<IReadOnlyList<TItem>, CancellationToken, IReadOnlyList<BatchResult<TResult>>> handler,
        DynamicBatcherOptions options,
        BatchObserver? observer = null,
        TimeProvider? timeProvider = null,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindErrors() is { Count: > 0 } errors)
        {
            throw new ArgumentException($"The batcher cannot be made: {string.Join(' ', errors)}", nameof(options));
        }

        _handler = handler;
        _maxBatchSize = options.MaxBatchSize;
        _maxDelay = options.MaxDelay;
        _observer = observer;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _queue = new BatchQueue<TItem, TResult>(options.MaxBatchSize, options.Capacity, options.MaxBatchesWithoutBulk);
        _items = new List<TItem>(_maxBatchSize);
        _queueWaits = new TimeSpan[_maxBatchSize];
        _batch = new List<BatchEntry<TItem, TResult>>(_maxBatchSize);
        _failedBatch = new List<BatchEntry<TItem, TResult>>(_maxBatchSize);
        if (_maxDelay > TimeSpan.Zero)
        {
            _timer = _time.CreateTimer(
                static batcher => ((DynamicBatcher<TItem, TResult>)batcher!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        new Thread(Run) { IsBackground = true, Name = nameof(DynamicBatcher<,>) }.UnsafeStart();
    }

    /// <summary>Items in the queue of a priority: at most <see cref="DynamicBatcherOptions.Capacity"/>.</summary>
    public int CountWaiting(BatchPriority priority)
    {
        lock (_gate)
        {
            return _queue.Lane(priority).Waiting;
        }
    }

    /// <summary>Submissions that wait for a place in the full queue of a priority.</summary>
    public int CountBlocked(BatchPriority priority)
    {
        lock (_gate)
        {
            return _queue.Lane(priority).Blocked;
        }
    }

    /// <summary>Submits an item and waits for its result. Where the queue is full, the item waits for a place in the order of submission.</summary>
    /// <returns>
    /// The item's result or its own failure; cancelled where <paramref name="cancellationToken"/> fires or the batcher is shut down hard;
    /// failed with <see cref="BatcherClosedException"/> where the batcher takes no more items.
    /// </returns>
    public Task<TResult> SubmitAsync(TItem item, BatchPriority priority, CancellationToken cancellationToken = default) =>
        Add(item, priority, announceAdmission: false, cancellationToken).Task;

    /// <summary>
    /// Submits an item and waits for a place in the queue only: back-pressure for a caller that prepares the next item
    /// while earlier ones are run.
    /// </summary>
    /// <returns>
    /// Completes when the item has left the line before the queue, with the task that <see cref="SubmitAsync"/> would have
    /// returned. That task alone carries refusal and cancellation; this one never fails.
    /// </returns>
    public ValueTask<Task<TResult>> EnqueueAsync(TItem item, BatchPriority priority, CancellationToken cancellationToken = default)
    {
        BatchEntry<TItem, TResult> entry = Add(item, priority, announceAdmission: true, cancellationToken);
        return entry.Admission is { } admission ? WaitAsync(admission.Task, entry.Task) : ValueTask.FromResult(entry.Task);

        static async ValueTask<Task<TResult>> WaitAsync(Task admission, Task<TResult> result)
        {
            await admission;
            return result;
        }
    }

    /// <summary>
    /// Takes no more items and completes when everything submitted has been run. Nothing is held back for fuller batches any more.
    /// </summary>
    /// <param name="cancellationToken">
    /// Ends the patience: what waits is cancelled, the running batch is asked to stop, and this method throws without waiting for it
    /// (<see cref="DisposeAsync"/> does wait).
    /// </param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired before everything had been run.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        try
        {
            await _finished.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abort();
            throw;
        }
    }

    /// <summary>Takes no more items, cancels what waits, asks the running batch to stop and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort();
        await _finished.Task;
    }

    /// <summary>Called by an entry when its submitter gives up.</summary>
    internal void Cancel(BatchEntry<TItem, TResult> entry)
    {
        lock (_gate)
        {
            switch (entry.State)
            {
                case BatchEntryState.Waiting:
                    entry.State = BatchEntryState.Settled;
                    if (entry.List is not null)
                    {
                        entry.Lane.Remove(entry);
                    }

                    break;
                case BatchEntryState.Running:
                    entry.Abandoned = true;
                    if (--_wanted == 0)
                    {
                        StopHandler();
                    }

                    return;
                default:
                    return;
            }
        }

        entry.Cancel();
    }

    private BatchEntry<TItem, TResult> Add(TItem item, BatchPriority priority, bool announceAdmission, CancellationToken cancellation)
    {
        BatchLane<TItem, TResult> lane = _queue.Lane(priority);
        BatchEntry<TItem, TResult> entry = new(this, item, lane, cancellation);

        // Before the entry is in the queue: from then on the batcher's thread may complete it at any moment.
        entry.WatchCancellation();
        lock (_gate)
        {
            if (_closed && entry.State == BatchEntryState.Waiting)
            {
                entry.State = BatchEntryState.Settled;
                entry.Fail(new BatcherClosedException(_fault));
            }

            if (entry.State == BatchEntryState.Settled)
            {
                return entry;
            }

            entry.Submitted = _time.GetTimestamp();
            lane.Add(entry, announceAdmission);

            // Between the first item and a full batch there is nothing new for the thread to decide.
            if (_queue.Waiting == 1 || _queue.FillsBatch)
            {
                Monitor.Pulse(_gate);
            }
        }

        return entry;
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }

    private void Abort() => Close(fault: null).ForEach(static entry => entry.Cancel());

    /// <summary>Takes no more items, asks the handler to stop and settles what waits; the caller completes it.</summary>
    private List<BatchEntry<TItem, TResult>> Close(Exception? fault)
    {
        List<BatchEntry<TItem, TResult>> waiting = [];
        lock (_gate)
        {
            _closed = true;
            _aborted = true;
            _fault = fault ?? _fault;
            _queue.TakeAll(waiting);
            waiting.ForEach(static entry => entry.State = BatchEntryState.Settled);
            StopHandler();
            Monitor.Pulse(_gate);
        }

        return waiting;
    }

    // The token's callbacks run elsewhere, since foreign code has no place under the lock.
    private void StopHandler() => _ = _stop.CancelAsync();

    private void Run()
    {
        try
        {
            while (TakeBatch())
            {
                long start = _time.GetTimestamp();
                int size = _batch.Count;
                for (int i = 0; i < size; i++)
                {
                    _queueWaits[i] = _time.GetElapsedTime(_batch[i].Submitted, start);
                }

                if (RunBatch())
                {
                    Observe(new BatchObservation(_maxBatchSize, _queueWaits.AsSpan(0, size), _time.GetElapsedTime(start)));
                }

                _batch.Clear();
                _failedBatch.Clear();
                _items.Clear();
            }
        }
        catch (Exception e)
        {
            Close(fault: e).Concat(_batch).Concat(_failedBatch).ToList().ForEach(entry => entry.Fail(new BatcherClosedException(e)));
            Log.BrokeDown(_logger, e);
        }
        finally
        {
            _timer?.Dispose();
            _finished.SetResult();
        }
    }

    /// <summary>Waits until a batch is due and takes it; false where none will ever be.</summary>
    private bool TakeBatch()
    {
        lock (_gate)
        {
            while (!IsDue())
            {
                if (_closed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            _queue.Take(_batch);
            Begin();
            return true;
        }
    }

    /// <summary>True where a batch shall be run now; otherwise the timer is set for when it shall, if anything waits.</summary>
    private bool IsDue()
    {
        if (_queue.Waiting == 0)
        {
            return false;
        }

        if (_timer is null || _closed || _queue.FillsBatch)
        {
            return true;
        }

        TimeSpan left = _maxDelay - _time.GetElapsedTime(_queue.OldestSubmission);
        if (left <= TimeSpan.Zero)
        {
            return true;
        }

        // Timers drop fractions of a millisecond, which would have the thread spin through the last one.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        return false;
    }

    /// <summary>Hands the entries of <see cref="_batch"/> over to the handler; under the lock.</summary>
    private void Begin()
    {
        _items.Clear();
        foreach (BatchEntry<TItem, TResult> entry in _batch)
        {
            entry.State = BatchEntryState.Running;
            _items.Add(entry.Item);
        }

        _wanted = _batch.Count;
        if (!_aborted && !_stop.TryReset())
        {
            _stop = new CancellationTokenSource();
        }
    }

    /// <summary>Takes the entries of <see cref="_batch"/> back from the handler.</summary>
    private void End(BatchEntryState state)
    {
        lock (_gate)
        {
            foreach (BatchEntry<TItem, TResult> entry in _batch)
            {
                entry.State = entry.Abandoned ? BatchEntryState.Settled : state;
            }
        }
    }

    /// <summary>Runs the entries of <see cref="_batch"/> and settles them all; false where it was stopped before the handler was called.</summary>
    private bool RunBatch()
    {
        bool called = false;
        IReadOnlyList<BatchResult<TResult>>? results;
        try
        {
            _stop.Token.ThrowIfCancellationRequested();
            called = true;
            results = _handler(_items, _stop.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            End(BatchEntryState.Settled);
            _batch.ForEach(static entry => entry.Cancel());
            return called;
        }
        catch (Exception e) when (_batch.Count > 1)
        {
            Log.BatchFailed(_logger, e, _batch.Count);
            RunOneByOne();
            return true;
        }
        catch (Exception e)
        {
            results = [BatchResult.Failure<TResult>(e)];
        }

        End(BatchEntryState.Settled);
        bool isComplete = results?.Count == _batch.Count;
        for (int i = 0; i < _batch.Count; i++)
        {
            _batch[i].Complete(isComplete ? results![i] : WrongCount(results?.Count ?? 0, _batch.Count));
        }

        return true;
    }

    /// <summary>Runs the entries of a batch that failed as a whole again, each alone, so that only the culprits fail.</summary>
    private void RunOneByOne()
    {
        End(BatchEntryState.Waiting);
        _batch.FindAll(static entry => entry.Abandoned).ForEach(static entry => entry.Cancel());
        (_batch, _failedBatch) = (_failedBatch, _batch);
        foreach (BatchEntry<TItem, TResult> entry in _failedBatch)
        {
            lock (_gate)
            {
                if (entry.State == BatchEntryState.Settled)
                {
                    continue;
                }

                _batch.Clear();
                _batch.Add(entry);
                Begin();
            }

            RunBatch();
        }
    }

    private void Observe(BatchObservation batch)
    {
        try
        {
            _observer?.Invoke(batch);
        }
        catch (Exception e)
        {
            Log.ObserverFailed(_logger, e);
        }
    }

    // An exception for each item, since every caller that awaits one writes its stack trace into it.
    private static BatchResult<TResult> WrongCount(int results, int items) => BatchResult.Failure<TResult>(new InvalidOperationException(
        $"The batch handler returned {results} results for {items} items; it must return one for each, in the items' order."));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A batch of {Size} items failed as a whole; running its items one by one.")]
        public static partial void BatchFailed(ILogger logger, Exception error, int size);

        [LoggerMessage(2, LogLevel.Error, "The batch observer failed; the batch itself is not affected.")]
        public static partial void ObserverFailed(ILogger logger, Exception error);

        [LoggerMessage(3, LogLevel.Critical, "The batcher has broken down; all its items fail.")]
        public static partial void BrokeDown(ILogger logger, Exception error);
    }
}
