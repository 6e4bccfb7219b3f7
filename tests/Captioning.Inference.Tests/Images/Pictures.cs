using Captioning.Inference.Images;
using ImageMagick;

namespace Captioning.Inference.Tests.Images;

/// <summary>Images made on the spot.</summary>
internal static class Pictures
{
    /// <summary>A smooth picture without any symmetry: red grows to the right, green to the bottom, blue is a blot at the top left.</summary>
    public static MagickImage Gradient(int width, int height)
    {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = ((y * width) + x) * 3;
                rgb[at] = (byte)(255 * x / width);
                rgb[at + 1] = (byte)(255 * y / height);
                rgb[at + 2] = (byte)(x < width / 3 && y < height / 4 ? 220 : 30);
            }
        }

        MagickImage image = new();
        image.ReadPixels(rgb, new PixelReadSettings((uint)width, (uint)height, StorageType.Char, PixelMapping.RGB));
        image.Quality = 95;
        return image;
    }

    public static MagickImage Plain(MagickColor color, int width = 40, int height = 30) => new(color, (uint)width, (uint)height);

    /// <summary>A picture as a camera stores it that was held another way: turned, with an EXIF orientation that turns it back.</summary>
    public static MagickImage Turned(MagickImage upright, ushort orientation)
    {
        MagickImage stored = (MagickImage)upright.Clone();
        switch (orientation)
        {
            case 2: stored.Flop(); break;
            case 3: stored.Rotate(180); break;
            case 4: stored.Flip(); break;
            case 5: stored.Transpose(); break;
            case 6: stored.Rotate(270); break;
            case 7: stored.Transverse(); break;
            case 8: stored.Rotate(90); break;
        }

        SetOrientation(stored, orientation);
        return stored;
    }

    public static void SetOrientation(MagickImage image, ushort orientation)
    {
        ExifProfile exif = new();
        exif.SetValue(ExifTag.Orientation, orientation);
        image.SetProfile(exif);
        image.Orientation = (ImageMagick.Orientation)orientation;
    }

    public static byte[] Encode(this MagickImage image, MagickFormat format) => image.ToByteArray(format);

    public static DecodedImage Decode(this ImageDecoder decoder, byte[] bytes, int size = 64) =>
        decoder.Decode(ImageSource.FromBytes(bytes, "picture"), size, CancellationToken.None);

    /// <summary>Red, green and blue of one pixel.</summary>
    public static (int Red, int Green, int Blue) At(this DecodedImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Span.Slice(((y * image.Size) + x) * 3, 3);
        return (pixel[0], pixel[1], pixel[2]);
    }

    public static double MeanDifference(DecodedImage a, DecodedImage b)
    {
        ReadOnlySpan<byte> x = a.Pixels.Span;
        ReadOnlySpan<byte> y = b.Pixels.Span;
        Assert.Equal(x.Length, y.Length);
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += Math.Abs(x[i] - y[i]);
        }

        return sum / x.Length;
    }

    public static void AssertNear((int Red, int Green, int Blue) expected, (int Red, int Green, int Blue) actual, int tolerance = 2) => Assert.True(
        Math.Abs(expected.Red - actual.Red) <= tolerance
            && Math.Abs(expected.Green - actual.Green) <= tolerance
            && Math.Abs(expected.Blue - actual.Blue) <= tolerance,
        $"expected about {expected}, got {actual}");
}
