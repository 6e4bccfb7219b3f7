using System.Runtime.ExceptionServices;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Photos;

/// <summary>
/// Gives the batches of an epoch as pixels, in an order and with changes that depend on seed and epoch alone, from any place on. The photos of the next batch are
/// decoded in parallel while the model learns from this one; never more than two batches are held.
/// </summary>
/// <param name="examples">All examples.</param>
/// <param name="photos">Reads them.</param>
/// <param name="size">The side of a photo in pixels.</param>
/// <param name="batchSize">Images in a batch; the last one may have fewer.</param>
/// <param name="seed">The seed of the training.</param>
internal sealed class PhotoBatches(IReadOnlyList<PhotoExample> examples, AugmentedPhotos photos, int size, int batchSize, int seed) : IBatches<PhotoBatch>
{
    /// <inheritdoc/>
    public int Count => (examples.Count + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public IEnumerable<PhotoBatch> Epoch(int epoch, int first)
    {
        // Nothing here is secret; what matters is that the same seed gives the same order.
        int mixed = HashCodes.Of(seed, epoch);
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        new Random(mixed).Shuffle(order);
        int[][] batches = [.. order.Chunk(batchSize).Skip(first)];
        Task<PhotoBatch>? next = null;
        for (int i = 0; i < batches.Length; i++)
        {
            PhotoBatch batch = next is null ? Load(batches[i], mixed) : next.GetAwaiter().GetResult();
            if (i + 1 < batches.Length)
            {
                int[] images = batches[i + 1];
                next = Task.Run(() => Load(images, mixed));
            }

            yield return batch;
        }
    }

    private PhotoBatch Load(int[] images, int mixed)
    {
        int[] order = CaptionBatch.Order(Array.ConvertAll(images, image => examples[image].Captions));
        images = Array.ConvertAll(order, i => images[i]);
        int bytes = size * size * 3;
        byte[] pixels = new byte[images.Length * bytes];
        try
        {
            Parallel.For(0, images.Length, i =>
                photos.Read(examples[images[i]].Path, HashCodes.Of(mixed, images[i]), pixels.AsSpan(i * bytes, bytes)));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return new PhotoBatch(Array.ConvertAll(images, image => examples[image].Captions), pixels);
    }
}
