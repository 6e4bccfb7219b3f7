using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Captions;

/// <summary>One image of a request.</summary>
/// <param name="Index">Its place among the request's images, from 0.</param>
/// <param name="Uri">Its URI, or its name where it was uploaded.</param>
/// <param name="Upload">The image itself, where it was uploaded.</param>
internal sealed record SubmittedImage(int Index, string Uri, FetchedImage? Upload)
{
    /// <summary>What clients are told that it is called.</summary>
    public string Name => Upload?.Name ?? SourceName.Of(Uri);
}
