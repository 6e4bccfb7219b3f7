using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Captioning.Inference.Images;

namespace Captioning.Trainer.Features;

/// <summary>
/// Computes the features that a store lacks, with the image decoder and the encoder that captioners run: what a model is trained on is what it
/// will see. Images are decoded in parallel while the batch before them runs through the encoder.
/// </summary>
/// <param name="encoder">The encoder.</param>
/// <param name="feature"><c>regions</c> or <c>pooled</c>.</param>
/// <param name="store">The encoder's store; its records must have the feature's length.</param>
internal sealed class FeatureExtractor(FeatureEncoder encoder, string feature, FeatureStore store)
{
    private const int BatchSize = 32;

    private readonly ImageDecoder _decoder = new();

    /// <summary>Finds or computes the features of images.</summary>
    /// <param name="requests">The images; each file is read once.</param>
    /// <param name="report">Told how many of all views are there, from time to time, on one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work; what is done stays in the store.</param>
    /// <returns>For each image the numbers of its views' records, verified, in a store that is mapped and not locked any more.</returns>
    /// <exception cref="ImageRejectedException">An image cannot be read.</exception>
    /// <exception cref="FeatureException">The store cannot be written.</exception>
    public int[][] Run(IReadOnlyList<FeatureRequest> requests, Action<int, int> report, CancellationToken cancellationToken)
    {
        UInt128[][] keys = Keys(requests, cancellationToken);
        store.Map();
        List<Task<Batch>> pending = [];
        List<(FeatureRequest Request, int View, UInt128 Key)> wanted = [];
        int total = keys.Sum(views => views.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            for (int v = 0; v < keys[i].Length; v++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (store.Find(keys[i][v]) < 0 || !store.Verify(keys[i][v]))
                {
                    wanted.Add((requests[i], v, keys[i][v]));
                }
            }
        }

        int done = total - wanted.Count;
        report(done, total);
        (FeatureRequest, int, UInt128)[][] batches = [.. wanted.Chunk(BatchSize)];
        for (int b = 0; b < batches.Length; b++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (pending.Count < 2 && b + pending.Count < batches.Length)
            {
                (FeatureRequest, int, UInt128)[] next = batches[b + pending.Count];
                pending.Add(Task.Run(() => Decode(next, cancellationToken), cancellationToken));
            }

            Batch batch = pending[0].GetAwaiter().GetResult();
            pending.RemoveAt(0);
            Encode(batch);
            done += batch.Keys.Length;
            report(done, total);
        }

        store.Map();
        store.Unlock();
        return Array.ConvertAll(keys, views => Array.ConvertAll(views, store.Find));
    }

    private static UInt128[][] Keys(IReadOnlyList<FeatureRequest> requests, CancellationToken cancellationToken)
    {
        UInt128[][] keys = new UInt128[requests.Count][];
        ForEach(keys.Length, i =>
        {
            byte[] image = SHA256.HashData(ReadFile(requests[i].Path));
            keys[i] = [.. requests[i].Views.Select(view => view.Key(image))];
        }, cancellationToken);
        return keys;
    }

    /// <summary>Does something for all numbers, in parallel; the first exception comes out as it is.</summary>
    private static void ForEach(int count, Action<int> action, CancellationToken cancellationToken)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, action);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeatureException($"The image {path} cannot be read: {e.Message}", e);
        }
    }

    private Batch Decode((FeatureRequest Request, int View, UInt128 Key)[] wanted, CancellationToken cancellationToken)
    {
        int size = encoder.Encoder.InputSize;
        byte[] pixels = new byte[wanted.Length * encoder.Encoder.ImageBytes];
        ForEach(wanted.Length, i =>
        {
            ImageView view = wanted[i].Request.Views[wanted[i].View];
            using DecodedImage photo = _decoder.Decode(ImageSource.FromFile(wanted[i].Request.Path), view.DecodedSize(size), cancellationToken);
            view.Cut(photo.Pixels.Span, pixels.AsSpan(i * encoder.Encoder.ImageBytes, encoder.Encoder.ImageBytes), size);
        }, cancellationToken);
        return new Batch([.. wanted.Select(w => w.Key)], pixels);
    }

    private void Encode(Batch batch)
    {
        float[] features = new float[batch.Keys.Length * store.Length];
        encoder.Encoder.Run(batch.Pixels, batch.Keys.Length, feature, features);
        Half[] halves = new Half[features.Length];
        TensorPrimitives.ConvertToHalf(features, halves);
        store.Add(batch.Keys, halves);
    }

    private sealed record Batch(UInt128[] Keys, byte[] Pixels);
}
