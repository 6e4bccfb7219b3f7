using Captioning.Contracts;

namespace Captioning.Worker.Sources;

/// <summary>An image may not or cannot be read.</summary>
internal sealed class ImageSourceException : Exception
{
    /// <param name="reason">The kind of failure.</param>
    /// <param name="uri">The image's URI; the message names it by <see cref="SourceName"/>, without its secrets.</param>
    /// <param name="predicate">The rest of the sentence: "does not exist."</param>
    /// <param name="retryable">Whether the same request may succeed later.</param>
    /// <param name="inner">What it comes from.</param>
    public ImageSourceException(FailureReason reason, string uri, string predicate, bool retryable = false, Exception? inner = null)
        : base($"'{SourceName.Of(uri)}' {predicate}", inner)
    {
        Reason = reason;
        Retryable = retryable;
    }

    /// <summary>The kind of failure.</summary>
    public FailureReason Reason { get; }

    /// <summary>True where the same request may succeed later.</summary>
    public bool Retryable { get; }

    public static ImageSourceException TooLarge(string uri, int limit) =>
        new(FailureReason.TooLarge, uri, $"has more than {limit:N0} bytes, the most that this worker reads.");

    public static ImageSourceException TimedOut(string uri, TimeSpan timeout, Exception inner) =>
        new(FailureReason.TimedOut, uri, $"was not read within {timeout.TotalSeconds:0.###} seconds.", retryable: true, inner);
}
