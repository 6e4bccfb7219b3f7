namespace Captioning.Worker.Stores;

/// <summary>Writes speech where the request or else the worker's configuration says.</summary>
/// <param name="stores">What writes to the URIs of each scheme.</param>
/// <param name="options">Where speech goes without a destination of its own.</param>
internal sealed class AudioStores(IEnumerable<IAudioStore> stores, AudioOptions options)
{
    private readonly Dictionary<string, IAudioStore> _stores = stores.ToDictionary(store => store.Scheme, StringComparer.OrdinalIgnoreCase);
    private readonly string _location = AudioOptions.ToUri(options.Location)!;

    /// <summary>Writes a file, which appears whole or not at all and replaces what was there.</summary>
    /// <param name="name">The file's name below the configured location, by <see cref="AudioName"/>.</param>
    /// <param name="destination">The URI that the request names instead, which must lie in an allowed place; null for none.</param>
    /// <param name="wav">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file's URI.</returns>
    /// <exception cref="AudioStoreException">It may not or cannot be written; the message says why.</exception>
    public async Task<string> WriteAsync(string name, string? destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken)
    {
        string uri = destination ?? $"{_location}/{name}";
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

        await store.WriteAsync(uri, wav, cancellationToken);
        return uri;
    }
}
