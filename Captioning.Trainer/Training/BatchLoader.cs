using System.Runtime.InteropServices;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;

namespace Captioning.Trainer.Training;

/// <summary>
/// Gives the batches of an epoch in an order that depends on seed and epoch alone, from any place on. Features are read from
/// the disk for the next batch while the model learns from this one.
/// </summary>
/// <param name="examples">All examples.</param>
/// <param name="store">The store of their features, mapped.</param>
/// <param name="batchSize">Images in a batch; the last one may have fewer.</param>
/// <param name="seed">The seed of the training.</param>
internal sealed class BatchLoader(IReadOnlyList<TrainingExample> examples, FeatureStore store, int batchSize, int seed) : IBatches<LoadedBatch>
{
    /// <inheritdoc/>
    public int Count => (examples.Count + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public IEnumerable<LoadedBatch> Epoch(int epoch, int first)
    {
        // Nothing here is secret; what matters is that the same seed gives the same order.
        Random random = new(HashCodes.Of(seed, epoch));
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        random.Shuffle(order);
        int[] views = [.. examples.Select(example => random.Next(example.Records.Length))];
        int[][] batches = [.. order.Chunk(batchSize).Skip(first)];
        Task<LoadedBatch>? next = null;
        for (int i = 0; i < batches.Length; i++)
        {
            LoadedBatch batch = next is null ? Load(batches[i], views) : next.GetAwaiter().GetResult();
            if (i + 1 < batches.Length)
            {
                int[] images = batches[i + 1];
                next = Task.Run(() => Load(images, views));
            }

            yield return batch;
        }
    }

    private LoadedBatch Load(int[] images, int[] views)
    {
        int[] order = CaptionBatch.Order(Array.ConvertAll(images, image => examples[image].Captions));
        images = Array.ConvertAll(order, i => images[i]);
        byte[] features = new byte[images.Length * store.Length * sizeof(ushort)];
        for (int i = 0; i < images.Length; i++)
        {
            ReadOnlySpan<Half> record = store[examples[images[i]].Records[views[images[i]]]];
            MemoryMarshal.AsBytes(record).CopyTo(features.AsSpan(i * store.Length * sizeof(ushort)));
        }

        return new LoadedBatch(images, Array.ConvertAll(images, image => examples[image].Captions), features);
    }
}
