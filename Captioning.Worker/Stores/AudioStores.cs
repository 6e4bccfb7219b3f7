using Captioning.Inference.Speech;

namespace Captioning.Worker.Stores;

/// <summary>Writes speech where the request or else the worker's configuration says.</summary>
/// <param name="stores">What writes to the URIs of each scheme.</param>
/// <param name="options">Where speech goes without a destination of its own.</param>
internal sealed class AudioStores(IEnumerable<IAudioStore> stores, AudioOptions options)
{
    private readonly Dictionary<string, IAudioStore> _stores = stores.ToDictionary(store => store.Scheme, StringComparer.OrdinalIgnoreCase);
    private readonly string _location = AudioOptions.ToUri(options.Location)!;

    /// <summary>
    /// Adds a file at the configured location. The same speech from an earlier delivery of the request stays: its answer may have been sent already, and
    /// speaking once more gives other samples.
    /// </summary>
    /// <param name="name">The file's name, by <see cref="AudioName"/>.</param>
    /// <param name="wav">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file's URI and the start of the file that is there, header included.</returns>
    /// <exception cref="AudioStoreException">It cannot be written; the message says why.</exception>
    public async Task<(string Uri, ReadOnlyMemory<byte> Start)> AddAsync(string name, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken)
    {
        string uri = $"{_location}/{name}";
        IAudioStore store = StoreOf(uri);
        byte[]? earlier = await store.AddAsync(uri, wav, cancellationToken);
        if (earlier is not null && WavHeader.TryRead(earlier, out _, out TimeSpan _))
        {
            return (uri, earlier);
        }

        if (earlier is not null)
        {
            await store.WriteAsync(uri, wav, cancellationToken);
        }

        return (uri, wav);
    }

    /// <summary>Writes a file, which appears whole or not at all and replaces what was there.</summary>
    /// <param name="uri">The file's URI, which must lie in an allowed place.</param>
    /// <param name="wav">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AudioStoreException">It may not or cannot be written; the message says why.</exception>
    public Task WriteAsync(string uri, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken) => StoreOf(uri).WriteAsync(uri, wav, cancellationToken);

    private IAudioStore StoreOf(string uri)
    {
        if (!uri.EndsWith(AudioName.Extension, StringComparison.OrdinalIgnoreCase))
        {
            // Whatever else is kept beside the audio is not overwritten.
            throw new AudioStoreException(uri, $"does not end in {AudioName.Extension}, as destinations of speech must.");
        }

        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !_stores.TryGetValue(uri[..colon], out IAudioStore? store))
        {
            string served = string.Join(", ", _stores.Keys.Order().Select(scheme => scheme + ':'));
            throw new AudioStoreException(uri, $"is not a URI that this worker writes to. It writes to absolute URIs of these schemes: {served}.");
        }

        return store;
    }
}
