namespace Captioning.Worker.Sources;

/// <summary>Reads what the URIs of some schemes point to.</summary>
internal interface IByteSource
{
    /// <summary>The schemes, in lower case and without the colon.</summary>
    public IReadOnlyList<string> Schemes { get; }

    /// <summary>Reads the whole content.</summary>
    /// <param name="uri">A URI of one of the schemes, as the requester wrote it.</param>
    /// <param name="cancellationToken">Gives up; the time limit comes this way too.</param>
    /// <exception cref="ImageSourceException">It may not or cannot be read.</exception>
    public Task<byte[]> ReadAsync(string uri, CancellationToken cancellationToken);
}
