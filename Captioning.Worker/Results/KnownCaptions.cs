using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Worker.Requests;
using Microsoft.Extensions.Caching.Hybrid;

namespace Captioning.Worker.Results;

/// <summary>
/// Remembers what was said of an image, by all that decides it: the image's bytes, the model and the options. An image that
/// is asked for again while it is being captioned is not captioned twice.
/// </summary>
internal sealed class KnownCaptions(HybridCache cache, ResultOptions options)
{
    private readonly ResultMemory _memory = new(cache, "caption", options.CaptionLifetime);

    /// <param name="sha256">The hash of the image's bytes.</param>
    /// <param name="model">The model.</param>
    /// <param name="captioning">What is asked for.</param>
    /// <param name="caption">Captions the image where that is not known.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<ImageCaption> GetOrAddAsync(
        string sha256, ModelReference model, CaptionOptions captioning, Func<CancellationToken, ValueTask<ImageCaption>> caption, CancellationToken cancellationToken) =>
        _memory.GetOrAddAsync(
            $"{sha256}/{captioning.Beam ?? 0}/{captioning.Candidates}/{(captioning.Attention ? "attention" : string.Empty)}/{model.Version}/{model.Id}",
            caption,
            cancellationToken);
}
