using Captioning.Contracts;

namespace Captioning.Worker.Requests;

/// <summary>The answer to a request: one of the two.</summary>
internal sealed record Answer(ImageCaptioned? Captioned, CaptionFailed? Failed)
{
    /// <summary>Where the model looked for each word of <see cref="Captioned"/>; null where nobody asked.</summary>
    public WordAttention? Attention { get; init; }
}
