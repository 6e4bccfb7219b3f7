namespace Captioning.Inference.Batching;

/// <summary>How a <see cref="DynamicBatcher{TItem, TResult}"/> forms batches.</summary>
public sealed class DynamicBatcherOptions
{
    /// <summary>Items in one batch at most. From 1; default 16.</summary>
    public int MaxBatchSize { get; set; } = 16;

    /// <summary>
    /// How long the oldest waiting item may be held back for a batch to fill up, counted from its submission. A full batch never
    /// waits. Zero (the default) holds nothing back: a batch is whatever waits when the handler becomes free, which is
    /// the right choice unless measurements say otherwise. At most one minute; timers round up to whole milliseconds.
    /// </summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Items that wait in the queue of each priority; further submissions wait for a place. From <see cref="MaxBatchSize"/>; default 256.</summary>
    public int Capacity { get; set; } = 256;

    /// <summary>
    /// Batches in a row that may leave all waiting bulk items behind; the batch after them starts with the oldest bulk item. So the
    /// bulk item at position k of its queue is run within k * (MaxBatchesWithoutBulk + 1) batches, however many
    /// interactive items arrive. From 1 (so that bulk cannot starve interactive items either); default 4.
    /// </summary>
    public int MaxBatchesWithoutBulk { get; set; } = 4;

    /// <summary>Checks every setting and says what is wrong with each that is out of range; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (MaxBatchSize < 1)
        {
            errors.Add($"{nameof(MaxBatchSize)} is {MaxBatchSize}; it must be at least 1.");
        }

        if (MaxDelay < TimeSpan.Zero || MaxDelay > TimeSpan.FromMinutes(1))
        {
            errors.Add($"{nameof(MaxDelay)} is {MaxDelay}; it must be from 00:00:00 to 00:01:00.");
        }

        if (Capacity < Math.Max(MaxBatchSize, 1))
        {
            errors.Add($"{nameof(Capacity)} is {Capacity}; it must be at least {nameof(MaxBatchSize)} ({MaxBatchSize}), or no batch could be full.");
        }

        if (MaxBatchesWithoutBulk < 1)
        {
            errors.Add($"{nameof(MaxBatchesWithoutBulk)} is {MaxBatchesWithoutBulk}; it must be at least 1.");
        }

        return errors;
    }
}
