using Captioning.Contracts;

namespace Captioning.Worker.Output;

/// <summary>What became of one input: <see cref="Captioned"/> or <see cref="Failed"/>, never both.</summary>
internal sealed record CaptionResult(string Path, ImageCaptioned? Captioned, CaptionFailed? Failed)
{
    /// <summary>A failure before any worker was asked, or after it had answered.</summary>
    public static CaptionResult Failure(string path, FailureReason reason, string message) => new(path, null, new CaptionFailed
    {
        RequestId = string.Empty,
        Reason = reason,
        Message = message,
        Retryable = false,
        Worker = string.Empty,
    });
}
