using System.Security.Cryptography;
using ImageMagick;

namespace Captioning.Inference.Images;

/// <summary>Decodes images.</summary>
public sealed class ImageDecoder(ImageDecoderOptions options)
{
    /// <summary>Decodes an image to size x size.</summary>
    public DecodedImage Decode(ImageSource source, int size, CancellationToken cancellationToken)
    {
        _ = options;
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using Stream stream = source.Open();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            byte[] data = bytes.ToArray();
            using MagickImage image = new(data);
            image.AutoOrient();
            ImageInfo info = new(image.Format.ToString().ToLowerInvariant(), (int)image.Width, (int)image.Height, data.Length, Convert.ToHexStringLower(SHA256.HashData(data)));
            image.FilterType = FilterType.Catrom;
            image.Resize(new MagickGeometry((uint)size, (uint)size) { IgnoreAspectRatio = true });
            return new DecodedImage(image.GetPixelsUnsafe().ToByteArray(PixelMapping.RGB)!, info);
        }
        catch (FileNotFoundException e)
        {
            throw new ImageRejectedException(ImageRejection.NotFound, $"{source.Name}: there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MagickException)
        {
            throw new ImageRejectedException(ImageRejection.Unreadable, $"{source.Name}: {e.Message}", e);
        }
    }
}
