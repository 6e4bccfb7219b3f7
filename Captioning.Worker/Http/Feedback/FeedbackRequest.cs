using System.Text.Json.Serialization;
using Captioning.Contracts;

namespace Captioning.Worker.Http.Feedback;

/// <summary>What a person says of a caption: at least one of the two.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackRequest
{
    /// <summary>The id of the caption's request.</summary>
    public required string RequestId { get; init; }

    /// <summary>What the image shows, in the person's words or picked from the candidates; up to 1000 characters.</summary>
    public string? Caption { get; init; }

    /// <summary>What the person thinks of the caption.</summary>
    public FeedbackVerdict? Verdict { get; init; }
}
