namespace Captioning.Benchmarks;

/// <summary>The middle of several measurements, which an outlier does not move.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
