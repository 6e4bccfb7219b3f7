namespace Captioning.Inference.Images;

/// <summary>The pixels of an image.</summary>
public sealed class DecodedImage(byte[] pixels, ImageInfo info) : IDisposable
{
    /// <summary>RGB, uint8 [size, size, 3].</summary>
    public ReadOnlyMemory<byte> Pixels { get; } = pixels;

    /// <summary>What was read.</summary>
    public ImageInfo Info { get; } = info;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
