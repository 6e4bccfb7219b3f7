using Captioning.Trainer.Quantization;

namespace Captioning.Trainer.Commands;

/// <summary>What <c>quantize</c> was asked to do.</summary>
internal sealed record QuantizeSettings
{
    /// <summary>The folder of a run or of a bundle.</summary>
    public required string Model { get; init; }

    /// <summary>The folder of the photos.</summary>
    public required string Images { get; init; }

    /// <summary>Captions whose photos are chosen from; null for all photos of the folder.</summary>
    public string? Captions { get; init; }

    /// <summary>File with names of photos, or the name of a split that the captions know; null for all.</summary>
    public string? Split { get; init; }

    /// <summary>The folder of the new bundle.</summary>
    public required string Output { get; init; }

    /// <summary>The captioner's name; null for the model's.</summary>
    public string? Id { get; init; }

    /// <summary>The captioner's version; null for the model's with a suffix.</summary>
    public string? Version { get; init; }

    /// <summary>A sentence about the captioner; null for the model's and one more.</summary>
    public string? Description { get; init; }

    /// <summary>Threads to compute with; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>How its encoder is quantized.</summary>
    public QuantizationOptions Options { get; init; } = new();
}
