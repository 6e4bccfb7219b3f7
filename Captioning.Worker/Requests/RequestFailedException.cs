using Captioning.Contracts;

namespace Captioning.Worker.Requests;

/// <summary>A request cannot be answered with a caption, for a reason that the requester is told.</summary>
internal sealed class RequestFailedException(FailureReason reason, string message, bool retryable = false, Exception? inner = null)
    : Exception(message, inner)
{
    public FailureReason Reason { get; } = reason;

    /// <summary>True where the same request may succeed later.</summary>
    public bool Retryable { get; } = retryable;
}
