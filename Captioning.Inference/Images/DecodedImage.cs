using System.Buffers;

namespace Captioning.Inference.Images;

/// <summary>An image as the encoders take it. Its buffer is pooled: dispose it once the pixels are copied or encoded.</summary>
public sealed class DecodedImage : IDisposable
{
    private byte[]? _pixels;

    internal DecodedImage(byte[] pooledPixels, int size, ImageInfo info)
    {
        _pixels = pooledPixels;
        Size = size;
        Info = info;
    }

    /// <summary>The side of the square, in pixels.</summary>
    public int Size { get; }

    /// <summary>What the image was before.</summary>
    public ImageInfo Info { get; }

    /// <summary>sRGB bytes, shape <c>[Size, Size, 3]</c>: row by row from the top left, red, green, blue.</summary>
    /// <exception cref="ObjectDisposedException">The image is disposed.</exception>
    public ReadOnlyMemory<byte> Pixels
    {
        get
        {
            byte[]? pixels = _pixels;
            ObjectDisposedException.ThrowIf(pixels is null, this);
            return pixels.AsMemory(0, Length(Size));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    internal static int Length(int size) => size * size * 3;
}
