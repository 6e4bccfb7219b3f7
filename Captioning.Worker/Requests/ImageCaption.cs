using System.ComponentModel;
using Captioning.Contracts;
using Captioning.Inference;

namespace Captioning.Worker.Requests;

/// <summary>All that a model says of an image: what is worth keeping for when the image comes again.</summary>
/// <remarks>The cache keeps what is immutable as it is; of all else it keeps copies in buffers of 8 KiB and more.</remarks>
[ImmutableObject(true)]
internal sealed record ImageCaption(
    double LogProbability, IReadOnlyList<CaptionCandidate> Candidates, IReadOnlyList<CaptionWord> Words, ImageProperties Image)
{
    /// <summary>Where the model looked for each of <see cref="Words"/>; null where nobody asked.</summary>
    public WordAttention? Attention { get; init; }

    public static ImageCaption Of(CaptionedImage captioned) => new(
        captioned.Best.LogProbability,
        [.. captioned.Candidates.Select(caption => new CaptionCandidate(caption.Text, caption.Score))],
        [.. captioned.Best.Tokens.Select(token => new CaptionWord(token.Text, token.LogProbability))],
        new ImageProperties(
            captioned.Image.Sha256, captioned.Image.Bytes, captioned.Image.Width, captioned.Image.Height, captioned.Image.Format))
    {
        Attention = WordAttention.Of(captioned.Best),
    };
}
