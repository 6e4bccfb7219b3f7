namespace Captioning.Inference.Batching;

/// <summary>The bounded queue of one priority and the line before it. Nobody stands in line unless the queue is full.</summary>
internal sealed class BatchLane<TItem, TResult>(int capacity)
{
    private readonly BatchEntryList<TItem, TResult> _queue = new();
    private readonly BatchEntryList<TItem, TResult> _line = new();

    public BatchEntry<TItem, TResult>? Oldest => _queue.First;

    public int Waiting => _queue.Count;

    public int Blocked => _line.Count;

    public void Add(BatchEntry<TItem, TResult> entry, bool announceAdmission)
    {
        if (_queue.Count < capacity)
        {
            _queue.Append(entry);
            return;
        }

        if (announceAdmission)
        {
            entry.Admission = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _line.Append(entry);
    }

    /// <summary>Takes an entry out of the queue or the line, and lets the head of the line take a place that became free.</summary>
    public void Remove(BatchEntry<TItem, TResult> entry)
    {
        entry.List!.Remove(entry);
        entry.Admission?.TrySetResult();
        if (_queue.Count < capacity && _line.First is { } next)
        {
            _line.Remove(next);
            _queue.Append(next);
            next.Admission?.TrySetResult();
        }
    }
}
