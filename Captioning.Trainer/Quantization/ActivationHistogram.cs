using System.Numerics.Tensors;
using Captioning.Trainer.Export;

namespace Captioning.Trainer.Quantization;

/// <summary>Counts the values of a tensor in bins that widen as they need to, and finds the range that keeps them best.</summary>
internal sealed class ActivationHistogram
{
    /// <summary>Bins on each side of 0: at least 16 for each byte, where all values have one sign.</summary>
    private const int Side = 8192;

    /// <summary>Places that are tried for each end of the range.</summary>
    private const int Steps = 64;

    private readonly long[] _counts = new long[2 * Side];
    private double _limit;
    private float _least;
    private float _most;

    /// <summary>Counts values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="name">The tensor, for messages.</param>
    /// <exception cref="ExportException">A value is no finite number.</exception>
    public void Add(ReadOnlySpan<float> values, string name)
    {
        float least = TensorPrimitives.Min(values);
        float most = TensorPrimitives.Max(values);
        if (!float.IsFinite(least) || !float.IsFinite(most))
        {
            throw new ExportException($"The encoder cannot be quantized: its tensor '{name}' has values that are no finite numbers.");
        }

        _least = Math.Min(_least, least);
        _most = Math.Max(_most, most);
        Widen(Math.Max(_most, -_least));
        double binsPerUnit = Side / _limit;
        foreach (float value in values)
        {
            _counts[Math.Min((int)((value + _limit) * binsPerUnit), (2 * Side) - 1)]++;
        }
    }

    /// <summary>
    /// The range for which rounding and clipping change the values least in the mean square: finer steps may be worth more than outliers. Its ends are drawn in
    /// one after the other (a simpler search than that of PyTorch's HistogramObserver, for the same aim).
    /// </summary>
    public QuantizationRange FindRange()
    {
        (double Value, long Count)[] bins = [.. _counts.Select((count, i) => (Value: (((i + 0.5) / Side) - 1) * _limit, Count: count)).Where(bin => bin.Count > 0)];
        double most = Best(_most, end => QuantizationRange.Between(_least, end));
        double least = Best(_least, end => QuantizationRange.Between(end, most));
        return QuantizationRange.Between(least, Best(_most, end => QuantizationRange.Between(least, end)));

        double Best(double outermost, Func<double, QuantizationRange> range) =>
            Enumerable.Range(0, Steps).Select(step => outermost * (Steps - step) / Steps).MinBy(end => Error(bins, range(end)));
    }

    private static double Error((double Value, long Count)[] bins, QuantizationRange range)
    {
        double error = 0;
        foreach ((double value, long count) in bins)
        {
            double change = value - range.Round(value);
            error += count * change * change;
        }

        return error;
    }

    /// <summary>Makes the bins reach as far as a number: each two of them become one, as often as it takes.</summary>
    private void Widen(double limit)
    {
        if (_limit == 0)
        {
            _limit = Math.Max(limit, float.Epsilon);
        }

        while (_limit < limit)
        {
            long[] old = [.. _counts];
            Array.Clear(_counts);
            for (int i = 0; i < old.Length; i++)
            {
                _counts[(Side / 2) + (i / 2)] += old[i];
            }

            _limit *= 2;
        }
    }
}
