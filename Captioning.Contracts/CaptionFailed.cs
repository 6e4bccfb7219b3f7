namespace Captioning.Contracts;

/// <summary>The answer to a <see cref="CaptionImage"/> that failed.</summary>
public sealed record CaptionFailed
{
    /// <summary>The request's id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The kind of failure.</summary>
    public required FailureReason Reason { get; init; }

    /// <summary>What went wrong, in plain English, naming the image.</summary>
    public required string Message { get; init; }

    /// <summary>True where the same request may succeed later; false where it will fail again.</summary>
    public required bool Retryable { get; init; }

    /// <summary>The name of the worker that answered.</summary>
    public required string Worker { get; init; }

    /// <summary>The request's tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The request's notes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
