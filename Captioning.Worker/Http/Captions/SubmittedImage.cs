using Captioning.Worker.Requests;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Captions;

/// <summary>One image of a request.</summary>
/// <param name="Index">Its place among the request's images, from 0.</param>
/// <param name="Name">What clients are told that it is called.</param>
internal sealed record SubmittedImage(int Index, string Name)
{
    /// <summary>Where it is to be read from; null where it is here.</summary>
    public string? Uri { get; init; }

    /// <summary>The image itself, where it was uploaded or is a sample.</summary>
    public FetchedImage? Upload { get; init; }

    /// <summary>Why it is not even looked at; null where it is.</summary>
    public RequestFailedException? Refusal { get; init; }
}
