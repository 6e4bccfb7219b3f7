using System.Globalization;

namespace Captioning.Worker.Tests.Telemetry;

/// <summary>Reads metrics as Prometheus is given them.</summary>
internal static class Exposition
{
    /// <summary>The lines of one metric.</summary>
    public static string[] Lines(string metrics, string name) =>
    [
        .. metrics.Split('\n').Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal)),
    ];

    /// <summary>The value of a line, which a time stamp may follow.</summary>
    public static double Value(string line) => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}
