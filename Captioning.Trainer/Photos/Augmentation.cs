namespace Captioning.Trainer.Photos;

/// <summary>How much photos may be changed before they are learned from.</summary>
internal sealed record Augmentation
{
    /// <summary>The least share of a photo's sides that is kept; 1 keeps all of it.</summary>
    public double LeastCrop { get; init; } = 0.8;

    /// <summary>Whether half of the photos are mirrored.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>The share by which brightness and saturation go up or down at most.</summary>
    public double Colour { get; init; } = 0.1;

    /// <summary>Half of the photos are compressed as JPEG once more, at a quality from this to 95; 100 leaves all as they are.</summary>
    public int LeastQuality { get; init; } = 50;
}
