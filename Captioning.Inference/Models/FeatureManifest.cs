namespace Captioning.Inference.Models;

/// <summary>The shape of the encoder's features.</summary>
public sealed record FeatureManifest
{
    /// <summary>Rows of the grid of regions.</summary>
    public required int GridRows { get; init; }

    /// <summary>Columns of the grid of regions.</summary>
    public required int GridColumns { get; init; }

    /// <summary>Numbers per region, and in the pooled vector.</summary>
    public required int Channels { get; init; }

    /// <summary>Regions per image.</summary>
    internal int Regions => GridRows * GridColumns;
}
