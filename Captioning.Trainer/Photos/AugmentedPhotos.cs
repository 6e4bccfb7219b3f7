using Captioning.Inference.Images;
using Captioning.Trainer.Features;
using ImageMagick;

namespace Captioning.Trainer.Photos;

/// <summary>
/// Reads photos as the captioner does, squashed to a square, and changes each a little: a part of it, perhaps mirrored, in other colours, and compressed once more, since what CNNs see
/// depends on all of these. Safe for concurrent use.
/// </summary>
/// <param name="augmentation">How much they are changed.</param>
/// <param name="size">The side of the square in pixels.</param>
internal sealed class AugmentedPhotos(Augmentation augmentation, int size)
{
    private const int MostQuality = 95;

    private readonly ImageDecoder _decoder = new();

    /// <summary>Reads a photo.</summary>
    /// <param name="path">The image file.</param>
    /// <param name="seed">What is changed comes from this number.</param>
    /// <param name="destination">Receives RGB bytes, [size, size, 3].</param>
    /// <exception cref="ImageRejectedException">The image cannot be read.</exception>
    public void Read(string path, int seed, Span<byte> destination)
    {
        Random random = new(seed);
        double crop = augmentation.LeastCrop + ((1 - augmentation.LeastCrop) * random.NextDouble());
        ImageView view = new(crop, random.NextDouble(), random.NextDouble(), augmentation.Flip && random.Next(2) == 1);
        double brightness = 1 + (augmentation.Colour * ((2 * random.NextDouble()) - 1));
        double saturation = 1 + (augmentation.Colour * ((2 * random.NextDouble()) - 1));
        int? quality = augmentation.LeastQuality <= MostQuality && random.Next(2) == 1 ? random.Next(augmentation.LeastQuality, MostQuality + 1) : null;
        using (DecodedImage photo = _decoder.Decode(ImageSource.FromFile(path), view.DecodedSize(size)))
        {
            view.Cut(photo.Pixels.Span, destination, size);
        }

        if (augmentation.Colour == 0 && quality is null)
        {
            return;
        }

        using MagickImage image = new();
        image.ReadPixels(destination, new PixelReadSettings((uint)size, (uint)size, StorageType.Char, PixelMapping.RGB));
        if (augmentation.Colour > 0)
        {
            image.Modulate(new Percentage(100 * brightness), new Percentage(100 * saturation));
        }

        if (quality is { } compressed)
        {
            image.Quality = (uint)compressed;
            image.Format = MagickFormat.Jpeg;
            byte[] jpeg = image.ToByteArray();
            image.Read(jpeg, MagickFormat.Jpeg);
        }

        using IPixelCollection<byte> pixels = image.GetPixels();
        pixels.ToByteArray(PixelMapping.RGB).CopyTo(destination);
    }
}
