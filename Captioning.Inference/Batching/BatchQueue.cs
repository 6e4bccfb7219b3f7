namespace Captioning.Inference.Batching;

/// <summary>
/// What waits, and the rule by which batches are filled: interactive items first, except that a batch starts with the oldest bulk item
/// when <paramref name="maxBatchesWithoutBulk"/> batches in a row have left bulk items behind. Guarded by the batcher's lock.
/// </summary>
internal sealed class BatchQueue<TItem, TResult>(int maxBatchSize, int capacity, int maxBatchesWithoutBulk)
{
    private readonly BatchLane<TItem, TResult> _interactive = new(capacity);
    private readonly BatchLane<TItem, TResult> _bulk = new(capacity);
    private int _batchesWithoutBulk;

    public int Waiting => _interactive.Waiting + _bulk.Waiting;

    public bool FillsBatch => Waiting >= maxBatchSize;

    /// <summary>The earliest submission of all that waits; there must be one.</summary>
    public long OldestSubmission => Math.Min(_interactive.Oldest?.Submitted ?? long.MaxValue, _bulk.Oldest?.Submitted ?? long.MaxValue);

    public BatchLane<TItem, TResult> Lane(BatchPriority priority) => priority switch
    {
        BatchPriority.Interactive => _interactive,
        BatchPriority.Bulk => _bulk,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "There is no such priority."),
    };

    /// <summary>Moves the next batch from the queue to <paramref name="batch"/>.</summary>
    public void Take(List<BatchEntry<TItem, TResult>> batch)
    {
        bool bulkWaited = _bulk.Waiting > 0;
        bool bulkIsDue = bulkWaited && _batchesWithoutBulk >= maxBatchesWithoutBulk;
        int places = maxBatchSize;
        if (bulkIsDue)
        {
            places -= Move(_bulk, 1, batch);
        }

        places -= Move(_interactive, places, batch);
        int bulkTaken = Move(_bulk, places, batch);
        _batchesWithoutBulk = bulkWaited && !bulkIsDue && bulkTaken == 0 ? _batchesWithoutBulk + 1 : 0;
    }

    /// <summary>Empties the queue and the lines before it.</summary>
    public void TakeAll(List<BatchEntry<TItem, TResult>> entries)
    {
        Move(_interactive, int.MaxValue, entries);
        Move(_bulk, int.MaxValue, entries);
    }

    private static int Move(BatchLane<TItem, TResult> lane, int places, List<BatchEntry<TItem, TResult>> batch)
    {
        int moved = 0;
        for (; moved < places && lane.Oldest is { } entry; moved++)
        {
            lane.Remove(entry);
            batch.Add(entry);
        }

        return moved;
    }
}
