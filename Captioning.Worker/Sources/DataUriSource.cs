using Captioning.Contracts;

namespace Captioning.Worker.Sources;

/// <summary>Decodes images that the URI itself holds (RFC 2397): <c>data:image/png;base64,...</c></summary>
/// <param name="maxBytes">Bytes of one image at most.</param>
internal sealed class DataUriSource(int maxBytes) : IByteSource
{
    private const string Prefix = "data:";
    private const string Base64Suffix = ";base64";

    public IReadOnlyList<string> Schemes { get; } = ["data"];

    public Task<byte[]> ReadAsync(string uri, CancellationToken cancellationToken) => Task.FromResult(Read(uri));

    private byte[] Read(string uri)
    {
        ReadOnlySpan<char> rest = uri.AsSpan(Prefix.Length);
        int comma = rest.IndexOf(',');
        if (comma < 0)
        {
            throw new ImageSourceException(FailureReason.Unreadable, uri, "has no comma before its data.");
        }

        ReadOnlySpan<char> header = rest[..comma];
        if (!header.EndsWith(Base64Suffix, StringComparison.OrdinalIgnoreCase))
        {
            throw new ImageSourceException(FailureReason.Unsupported, uri, "is not base64; this worker reads data:image/...;base64,... only.");
        }

        int parameters = header.IndexOf(';');
        if (!MediaTypes.MayBeImage(header[..parameters]))
        {
            throw new ImageSourceException(FailureReason.Unsupported, uri, "is not declared to be an image.");
        }

        return Decode(uri, rest[(comma + 1)..]);
    }

    private byte[] Decode(string uri, ReadOnlySpan<char> base64)
    {
        // The decoder skips white space, so that the length would say nothing.
        if (base64.Length % 4 != 0 || base64.ContainsAny(" \t\r\n"))
        {
            throw Damaged(uri);
        }

        int padding = base64.EndsWith("==") ? 2 : base64.EndsWith("=") ? 1 : 0;
        int length = (base64.Length / 4 * 3) - padding;
        if (length > maxBytes)
        {
            throw ImageSourceException.TooLarge(uri, maxBytes);
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        return Convert.TryFromBase64Chars(base64, bytes, out int written) && written == length ? bytes : throw Damaged(uri);
    }

    private static ImageSourceException Damaged(string uri) =>
        new(FailureReason.Unreadable, uri, "has data that is not base64 (RFC 4648, section 4: with padding, without white space).");
}
