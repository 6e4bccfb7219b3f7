namespace Captioning.Contracts;

/// <summary>Asks for the caption of one image. Answered by <see cref="ImageCaptioned"/> or <see cref="CaptionFailed"/>.</summary>
public sealed record CaptionImage
{
    /// <summary>
    /// The requester's own name for this request, echoed in the answer. It is the idempotency key: a request that is
    /// delivered twice is answered twice under the same id.
    /// </summary>
    public required string RequestId { get; init; }

    /// <summary>
    /// Where the image is, as an absolute URI: <c>file:///photos/beach%20day.jpg</c>. A worker answers
    /// <see cref="FailureReason.ForbiddenSource"/> for a scheme that it does not serve.
    /// </summary>
    public required string Image { get; init; }

    /// <summary>How many captions to return, best first: 1 to 20. The beam is as wide as this at least. 1 by default.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>The beam search's width, 1 (greedy search) to 20; the model's own where it is null.</summary>
    public int? Beam { get; init; }

    /// <summary>The id of the model to use; whichever model the worker serves where it is null.</summary>
    public string? Model { get; init; }

    /// <summary>Asks for the caption as speech too; no speech where it is null.</summary>
    public SpeakOptions? Speak { get; init; }

    /// <summary>Which requests go first when the worker has more than it can do at once. Bulk by default.</summary>
    public CaptionPriority Priority { get; init; } = CaptionPriority.Bulk;

    /// <summary>The requester's own notes, echoed in the answer and not looked at.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
