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

    /// <summary>Writes a file, which appears whole or not at all, unless there is one: that stays as it is.</summary>
    /// <param name="destination">Its URI.</param>
    /// <param name="wav">Its content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where it was written; else the first bytes of what is there, as many as a WAV file's header has, or fewer where it is no such file.</returns>
    /// <exception cref="AudioStoreException">It may not or cannot be written there, or what is there cannot be read.</exception>
    public Task<byte[]?> AddAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken);
}
