using Captioning.Contracts;
using Captioning.Inference.Batching;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Requests;

/// <summary>A request as the worker takes it, with what cannot be said in a message.</summary>
/// <param name="Request">The request.</param>
/// <param name="Priority">Which requests go first.</param>
internal sealed record CaptionJob(CaptionImage Request, BatchPriority Priority)
{
    /// <summary>The image itself, where it came with the request; null where it is read from the request's URI.</summary>
    public FetchedImage? Image { get; init; }

    /// <summary>Told of the image once its bytes are there; null where nobody wants to know.</summary>
    public Action<FetchedImage>? Fetched { get; init; }

    /// <summary>Whether to tell where the model looked for each word.</summary>
    public bool Attention { get; init; }

    /// <summary>True where nobody but the worker knows the request's id, so that it cannot come a second time and need not be remembered.</summary>
    public bool ComesOnce { get; init; }

    /// <summary>What messages call the image.</summary>
    public string ImageName => Image?.Name ?? SourceName.Of(Request.Image);
}
