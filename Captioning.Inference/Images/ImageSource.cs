namespace Captioning.Inference.Images;

/// <summary>Where an encoded image comes from: a file, bytes in memory or a stream.</summary>
/// <remarks>Nothing is opened before the image is decoded. A file or memory may be decoded again; a stream is read once, from its position.</remarks>
public sealed class ImageSource
{
    private readonly string? _path;
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _bytes;

    private ImageSource(string name, string? path = null, Stream? stream = null, ReadOnlyMemory<byte> bytes = default)
    {
        Name = name;
        _path = path;
        _stream = stream;
        _bytes = bytes;
    }

    /// <summary>What errors call the image: the path as it was given, or the name given with bytes or a stream.</summary>
    public string Name { get; }

    /// <summary>An image file. It is opened, read once and closed when the image is decoded.</summary>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ImageSource(path, path: path);
    }

    /// <summary>An encoded image in memory, which must not change while it is decoded.</summary>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> bytes, string? name = null) => new(name ?? "image", bytes: bytes);

    /// <summary>An encoded image that a stream yields from its position to its end. The caller disposes the stream.</summary>
    public static ImageSource FromStream(Stream stream, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ImageSource(name ?? "image", stream: stream);
    }

    /// <summary>Fetches the encoded bytes, never more than <paramref name="maxBytes"/> of them.</summary>
    internal EncodedImage Open(long maxBytes, CancellationToken cancellationToken) =>
        _path is not null ? EncodedImage.ReadFile(Name, _path, maxBytes, cancellationToken)
        : _stream is not null ? EncodedImage.ReadStream(Name, _stream, maxBytes, cancellationToken)
        : EncodedImage.FromMemory(Name, _bytes, maxBytes);
}
