namespace Captioning.Inference;

/// <summary>What a caller may ask for with an image.</summary>
public sealed record CaptionOptions
{
    /// <summary>The widest beam that may be asked for.</summary>
    public const int MaxBeam = 20;

    /// <summary>The model's own beam, one caption, no attention maps.</summary>
    public static CaptionOptions Default { get; } = new();

    /// <summary>Hypotheses kept per image, 1 (greedy) to <see cref="MaxBeam"/>; null for the model's own setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set out of its range.</exception>
    public int? Beam
    {
        get;
        init => field = value is null or (>= 1 and <= MaxBeam)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The beam must be between 1 and {MaxBeam}.");
    }

    /// <summary>
    /// Captions wanted, the best first, 1 to <see cref="MaxBeam"/>. The beam is as wide as this at least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set out of its range.</exception>
    public int Candidates
    {
        get;
        init => field = value is >= 1 and <= MaxBeam
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The number of candidates must be between 1 and {MaxBeam}.");
    } = 1;

    /// <summary>Whether tokens come with attention maps, where the model has them.</summary>
    public bool Attention { get; init; }
}
