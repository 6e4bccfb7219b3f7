using System.Runtime.ExceptionServices;
using Captioning.Inference.Images;

namespace Captioning.Trainer.Photos;

/// <summary>Reads photos as the captioner does, batch by batch. The photos of the next batch are decoded in parallel while this one is used.</summary>
/// <param name="paths">Their files.</param>
/// <param name="size">The side of the square that they are squashed to, in pixels.</param>
/// <param name="batchSize">Photos in a batch; the last one may have fewer.</param>
internal sealed class SquashedPhotos(IReadOnlyList<string> paths, int size, int batchSize)
{
    private readonly ImageDecoder _decoder = new();

    /// <summary>The pixels of each batch: RGB bytes, [n, size, size, 3].</summary>
    /// <exception cref="ImageRejectedException">A photo cannot be read.</exception>
    public IEnumerable<(byte[] Pixels, int Count)> Read(CancellationToken cancellationToken)
    {
        Task<(byte[], int)>? next = null;
        foreach (string[] batch in paths.Chunk(batchSize))
        {
            Task<(byte[], int)>? ready = next;
            next = Task.Run(() => Decode(batch, cancellationToken), cancellationToken);
            if (ready is not null)
            {
                yield return ready.GetAwaiter().GetResult();
            }
        }

        if (next is not null)
        {
            yield return next.GetAwaiter().GetResult();
        }
    }

    private (byte[] Pixels, int Count) Decode(string[] batch, CancellationToken cancellationToken)
    {
        int bytes = size * size * 3;
        byte[] pixels = new byte[batch.Length * bytes];
        try
        {
            Parallel.For(0, batch.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            {
                using DecodedImage photo = _decoder.Decode(ImageSource.FromFile(batch[i]), size, cancellationToken);
                photo.Pixels.Span.CopyTo(pixels.AsSpan(i * bytes, bytes));
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return (pixels, batch.Length);
    }
}
