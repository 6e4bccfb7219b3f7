using System.ComponentModel;
using Captioning.Contracts;

namespace Captioning.Worker.Requests;

/// <summary>The answer to a request: one of the two.</summary>
/// <remarks>The cache keeps what is immutable as it is; of all else it keeps copies in buffers of 8 KiB and more.</remarks>
[ImmutableObject(true)]
internal sealed record Answer(ImageCaptioned? Captioned, CaptionFailed? Failed)
{
    /// <summary>Where the model looked for each word of <see cref="Captioned"/>; null where nobody asked.</summary>
    public WordAttention? Attention { get; init; }
}
