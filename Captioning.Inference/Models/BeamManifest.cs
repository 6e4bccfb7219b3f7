namespace Captioning.Inference.Models;

/// <summary>Settings of the beam search.</summary>
public sealed record BeamManifest
{
    /// <summary>Hypotheses kept per image; 1 is greedy search.</summary>
    public required int Width { get; init; }

    /// <summary>The most tokens in a caption, the end token included.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Hypotheses are ranked by log-probability / length^this; 0 ranks by log-probability alone.</summary>
    public required double LengthPenalty { get; init; }

    /// <summary>No sequence of this many tokens comes twice in a caption; 0 allows repeats.</summary>
    public required int NoRepeatNgram { get; init; }
}
