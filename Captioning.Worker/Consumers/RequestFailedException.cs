using Captioning.Contracts;

namespace Captioning.Worker.Consumers;

/// <summary>A request cannot be answered with a caption, for a reason that the requester is told.</summary>
internal sealed class RequestFailedException(FailureReason reason, string message, bool retryable) : Exception(message)
{
    public FailureReason Reason { get; } = reason;

    public bool Retryable { get; } = retryable;
}
