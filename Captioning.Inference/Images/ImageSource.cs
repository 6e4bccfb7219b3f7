namespace Captioning.Inference.Images;

/// <summary>Where an image's bytes come from.</summary>
public sealed class ImageSource
{
    private readonly Func<Stream> _open;

    private ImageSource(string name, Func<Stream> open)
    {
        Name = name;
        _open = open;
    }

    /// <summary>What errors name.</summary>
    public string Name { get; }

    /// <summary>A file.</summary>
    public static ImageSource FromFile(string path) => new(path, () => File.OpenRead(path));

    /// <summary>Bytes in memory.</summary>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> bytes, string? name = null) => new(name ?? "image", () => new MemoryStream(bytes.ToArray()));

    internal Stream Open() => _open();
}
