using Captioning.Worker.Sources;

namespace Captioning.Worker.Stores;

/// <summary>Audio may not or cannot be written.</summary>
internal sealed class AudioStoreException : Exception
{
    /// <param name="destination">The URI; the message names it without its secrets.</param>
    /// <param name="predicate">The rest of the sentence: "could not be written."</param>
    /// <param name="retryable">Whether the same request may succeed later.</param>
    /// <param name="inner">What it comes from.</param>
    public AudioStoreException(string destination, string predicate, bool retryable = false, Exception? inner = null)
        : base($"'{SourceName.Of(destination)}' {predicate}", inner) => Retryable = retryable;

    /// <summary>True where the same request may succeed later.</summary>
    public bool Retryable { get; }
}
