namespace Captioning.Contracts;

/// <summary>Asks for the caption of one image. Answered by <see cref="ImageCaptioned"/> or <see cref="CaptionFailed"/>.</summary>
public sealed record CaptionImage
{
    /// <summary>
    /// The requester's own name for this request, 1 to 200 characters, echoed in the answer. It is the idempotency key:
    /// a worker that still knows the answer to this id gives the same answer again, whatever else the request says.
    /// </summary>
    public required string RequestId { get; init; }

    /// <summary>
    /// Where the image is, as an absolute URI, percent-encoded: <c>file:///photos/beach%20day.jpg</c>,
    /// <c>https://example.com/beach.jpg</c>, <c>s3://bucket/beach.jpg</c>, the image itself as
    /// <c>data:image/jpeg;base64,...</c>, or the <c>urn:</c> of message data that was put into MassTransit's repository.
    /// A worker answers <see cref="FailureReason.ForbiddenSource"/> for what it is not configured to read.
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

    /// <summary>
    /// When the answer is of no use any more: a request that is not captioned by then is answered with
    /// <see cref="FailureReason.Expired"/>. In JSON an ISO 8601 time with its offset: <c>2030-01-31T12:00:00Z</c>. Never
    /// where it is null.
    /// </summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Words that the requester already has for the image, in whatever language; echoed in the answer and not looked at.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The requester's own notes, echoed in the answer and not looked at.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
