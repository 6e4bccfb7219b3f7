namespace Captioning.Trainer.Training;

/// <summary>What a training learns from, in batches whose order depends on seed and epoch alone.</summary>
/// <typeparam name="TBatch">A batch.</typeparam>
internal interface IBatches<out TBatch>
{
    /// <summary>Batches in an epoch.</summary>
    public int Count { get; }

    /// <summary>The batches of an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="first">The first batch to give, from 0.</param>
    public IEnumerable<TBatch> Epoch(int epoch, int first);
}
