using System.Buffers;

namespace Captioning.Inference.Images;

/// <summary>
/// The weights with which one axis is resampled: cubic convolution with a = -0.5 (Keys, 1981), its support stretched by the scale
/// when shrinking, so that it also filters (antialiasing). These are the taps and bounds of Pillow's BICUBIC, which the encoders were trained with.
/// </summary>
internal sealed class ResampleKernel : IDisposable
{
    private const double A = -0.5;
    private const double Radius = 2;

    private readonly float[] _weights;
    private readonly int _stride;
    private readonly int[] _starts;
    private readonly int[] _counts;

    public ResampleKernel(int from, int to)
    {
        double scale = (double)from / to;
        double stretch = Math.Max(scale, 1);
        double support = Radius * stretch;
        _stride = ((int)Math.Ceiling(support) * 2) + 1;
        _weights = ArrayPool<float>.Shared.Rent(_stride * to);
        _starts = ArrayPool<int>.Shared.Rent(to);
        _counts = ArrayPool<int>.Shared.Rent(to);
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int start = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(from, (int)(center + support + 0.5));
            _starts[i] = start;
            _counts[i] = end - start;
            Span<float> weights = _weights.AsSpan(i * _stride, end - start);
            double sum = 0;
            for (int t = 0; t < weights.Length; t++)
            {
                double weight = Cubic((start + t + 0.5 - center) / stretch);
                weights[t] = (float)weight;
                sum += weight;
            }

            foreach (ref float weight in weights)
            {
                weight = (float)(weight / sum);
            }
        }
    }

    /// <summary>The first source sample that <paramref name="output"/> draws on.</summary>
    public int Start(int output) => _starts[output];

    /// <summary>The weights of the samples from <see cref="Start"/> on; they add up to 1.</summary>
    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(output * _stride, _counts[output]);

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_weights);
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_counts);
    }

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < Radius ? ((((x - 5) * x) + 8) * x - 4) * A
            : 0;
    }
}
