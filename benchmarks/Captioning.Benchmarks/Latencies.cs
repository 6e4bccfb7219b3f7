using System.Globalization;

namespace Captioning.Benchmarks;

/// <summary>How long requests took, and what version answered them.</summary>
internal sealed class Latencies
{
    private readonly Lock _lock = new();
    private List<double> _seconds = [];
    private string? _version;

    public int Changes { get; private set; }

    public int Failures { get; private set; }

    public void Add(double seconds, string version)
    {
        lock (_lock)
        {
            _seconds.Add(seconds);
            Failures += version == "failed" ? 1 : 0;
            Changes += _version is not null && version != _version ? 1 : 0;
            _version = version;
        }
    }

    /// <summary>What was measured since the last time, in order of size.</summary>
    public double[] Take()
    {
        lock (_lock)
        {
            List<double> taken = _seconds;
            _seconds = [];
            taken.Sort();
            return [.. taken];
        }
    }

    public static string Describe(double[] seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{seconds.Length} answers, median {Percentile(seconds, 0.5):F3}, p99 {Percentile(seconds, 0.99):F3}, longest {seconds.Max():F3}");

    public static double Percentile(double[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)];
}
