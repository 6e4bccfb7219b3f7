using System.Globalization;

namespace Captioning.Inference.Runtime;

/// <summary>Where inference runs, as a user writes it: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
/// <param name="Kind">The execution provider asked for.</param>
/// <param name="Index">The CUDA device, counted from 0; 0 for the other kinds.</param>
public readonly record struct Device(DeviceKind Kind, int Index = 0)
{
    /// <summary>CUDA where it loads, else the CPU.</summary>
    public static Device Auto { get; } = new(DeviceKind.Auto);

    /// <summary>The CPU.</summary>
    public static Device Cpu { get; } = new(DeviceKind.Cpu);

    /// <summary>Reads <c>auto | cpu | cuda[:N]</c>, in any case.</summary>
    /// <returns>False where <paramref name="text"/> is none of these.</returns>
    public static bool TryParse(string? text, out Device device)
    {
        (string kind, string? index) = text?.Trim().Split(':', 2) switch
        {
            [var k] => (k, null),
            [var k, var i] => (k, i),
            _ => (string.Empty, null),
        };
        int number = 0;
        bool indexed = index is not null && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        Device? parsed = kind.ToLowerInvariant() switch
        {
            "auto" when index is null => Auto,
            "cpu" when index is null => Cpu,
            "cuda" when index is null || indexed => new Device(DeviceKind.Cuda, number),
            _ => null,
        };
        device = parsed ?? Auto;
        return parsed is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        DeviceKind.Auto => "auto",
        DeviceKind.Cpu => "cpu",
        _ => $"cuda:{Index}",
    };
}
