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

    /// <summary>The model that the worker served; null where it had none.</summary>
    public ModelReference? Model { get; init; }

    /// <summary>What was read of the image; null where nothing was, or the failure has nothing to do with it.</summary>
    public ImageContent? Image { get; init; }

    /// <summary>Seconds from the worker's taking the request, for the last time where it tried it again, to this answer.</summary>
    public double Elapsed { get; init; }

    /// <summary>The name of the worker that answered.</summary>
    public required string Worker { get; init; }

    /// <summary>The request's tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The request's notes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
