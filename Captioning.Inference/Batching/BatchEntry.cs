namespace Captioning.Inference.Batching;

/// <summary>
/// One submitted item: its completion, its place in a list and its cancellation in a single object. All that changes is guarded by
/// the batcher's lock.
/// </summary>
internal sealed class BatchEntry<TItem, TResult>(
    DynamicBatcher<TItem, TResult> batcher, TItem item, BatchLane<TItem, TResult> lane, CancellationToken cancellation)
    : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _registration;

    public DynamicBatcher<TItem, TResult> Batcher { get; } = batcher;

    public TItem Item { get; } = item;

    public BatchLane<TItem, TResult> Lane { get; } = lane;

    public BatchEntryState State { get; set; }

    /// <summary>The submitter gave up while the handler was at work on the item.</summary>
    public bool Abandoned { get; set; }

    /// <summary>The time provider's timestamp of the submission.</summary>
    public long Submitted { get; set; }

    /// <summary>Completed when the item leaves the line before a full queue; null where nobody waits for that.</summary>
    public TaskCompletionSource? Admission { get; set; }

    /// <summary>The list that the entry is in, if any.</summary>
    public BatchEntryList<TItem, TResult>? List { get; set; }

    public BatchEntry<TItem, TResult>? Previous { get; set; }

    public BatchEntry<TItem, TResult>? Next { get; set; }

    /// <summary>Passes the submitter's cancellation on to the batcher: on the spot where the token has fired already.</summary>
    public void WatchCancellation() => _registration = cancellation.UnsafeRegister(
        static state =>
        {
            var entry = (BatchEntry<TItem, TResult>)state!;
            entry.Batcher.Cancel(entry);
        },
        this);

    /// <summary>Completes the submitter's task. Like the next two, it is for whoever settled the entry.</summary>
    public void Complete(BatchResult<TResult> result)
    {
        if (Abandoned)
        {
            Cancel();
        }
        else if (result.IsSuccess)
        {
            _registration.Unregister();
            TrySetResult(result.Value);
        }
        else
        {
            Fail(result.Error ?? new InvalidOperationException("The batch handler left this item's place in its results empty."));
        }
    }

    /// <summary>Fails the submitter's task, unless it has completed: a batcher that breaks down fails all that it can find.</summary>
    public void Fail(Exception error)
    {
        _registration.Unregister();
        TrySetException(error);
    }

    /// <summary>Cancels the submitter's task: by its own token where that has fired.</summary>
    public void Cancel()
    {
        _registration.Unregister();
        TrySetCanceled(cancellation.IsCancellationRequested ? cancellation : new CancellationToken(canceled: true));
    }
}
