using System.Numerics.Tensors;
using Captioning.Inference.Decoding;
using Captioning.Trainer.Photos;

namespace Captioning.Trainer.Quantization;

/// <summary>How much the features of two encoders differ.</summary>
/// <param name="Relative">The norm of the difference of all features as a share of the norm of the first encoder's.</param>
/// <param name="LeastCosine">The cosine between the features of the photo for which it is least.</param>
internal readonly record struct FeatureDifference(double Relative, double LeastCosine)
{
    private const int BatchSize = 8;

    /// <summary>Compares two encoders.</summary>
    /// <param name="expected">The first encoder.</param>
    /// <param name="actual">The second one, of the same sizes.</param>
    /// <param name="feature"><c>regions</c> or <c>pooled</c>.</param>
    /// <param name="photos">The photos to compare them on.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static FeatureDifference Measure(Encoder expected, Encoder actual, string feature, IReadOnlyList<string> photos, CancellationToken cancellationToken)
    {
        int length = expected.FeatureLength(feature);
        float[] exact = new float[BatchSize * length];
        float[] near = new float[BatchSize * length];
        double squares = 0;
        double differences = 0;
        double least = 1;
        foreach ((byte[] pixels, int count) in new SquashedPhotos(photos, expected.InputSize, BatchSize).Read(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            expected.Run(pixels, count, feature, exact);
            actual.Run(pixels, count, feature, near);
            for (int i = 0; i < count; i++)
            {
                Span<float> first = exact.AsSpan(i * length, length);
                Span<float> second = near.AsSpan(i * length, length);
                least = Math.Min(least, TensorPrimitives.CosineSimilarity(first, second));
                squares += TensorPrimitives.SumOfSquares(first);
                differences += Math.Pow(TensorPrimitives.Distance(first, second), 2);
            }
        }

        return new FeatureDifference(Math.Sqrt(differences / squares), least);
    }
}
