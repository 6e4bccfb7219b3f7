namespace Captioning.Inference.Batching;

/// <summary>What a batch was like, for metrics.</summary>
/// <param name="maxSize">The largest batch that could have been.</param>
/// <param name="queueWaits">How long each item waited from its submission to the start of the batch.</param>
/// <param name="duration">How long the handler took, items run again one by one included.</param>
public readonly ref struct BatchObservation(int maxSize, ReadOnlySpan<TimeSpan> queueWaits, TimeSpan duration)
{
    /// <summary>Items in the batch.</summary>
    public int Size => QueueWaits.Length;

    /// <summary>The largest batch that could have been.</summary>
    public int MaxSize { get; } = maxSize;

    /// <summary>How long each item waited from its submission to the start of the batch.</summary>
    public ReadOnlySpan<TimeSpan> QueueWaits { get; } = queueWaits;

    /// <summary>How long the handler took, items run again one by one included.</summary>
    public TimeSpan Duration { get; } = duration;
}
