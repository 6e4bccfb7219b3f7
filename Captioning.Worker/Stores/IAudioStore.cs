namespace Captioning.Worker.Stores;

/// <summary>Keeps audio at the URIs of one scheme.</summary>
internal interface IAudioStore
{
    /// <summary>The scheme, in lower case and without the colon.</summary>
    public string Scheme { get; }

    /// <summary>Writes a file, which appears whole or not at all and replaces what was there.</summary>
    /// <param name="destination">Its URI.</param>
    /// <param name="wav">Its content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AudioStoreException">It may not or cannot be written there.</exception>
    public Task WriteAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken);
}
