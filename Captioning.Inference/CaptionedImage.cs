using Captioning.Inference.Images;

namespace Captioning.Inference;

/// <summary>What the engine says of an image.</summary>
/// <param name="Image">What was read.</param>
/// <param name="Candidates">Its captions, the best first; at least one.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record CaptionedImage(ImageInfo Image, IReadOnlyList<Caption> Candidates, CaptionTimings Timings)
{
    /// <summary>The best caption.</summary>
    public Caption Best => Candidates[0];
}
