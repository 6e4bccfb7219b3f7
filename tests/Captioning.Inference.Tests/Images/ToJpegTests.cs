using Captioning.Inference.Images;
using ImageMagick;

namespace Captioning.Inference.Tests.Images;

public sealed class ToJpegTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void ToJpeg_EveryExifOrientation_IsUprightAndTellsNothingElse()
    {
        using MagickImage upright = Pictures.Gradient(150, 100);
        using DecodedImage expected = _decoder.Decode(upright.Encode(MagickFormat.Png));
        for (ushort orientation = 1; orientation <= 8; orientation++)
        {
            using MagickImage stored = Pictures.Turned(upright, orientation);
            byte[] jpeg = ToJpeg(stored.Encode(MagickFormat.Jpeg), 1000);

            using MagickImage result = new(jpeg);
            Assert.Equal((MagickFormat.Jpeg, 150u, 100u), (result.Format, result.Width, result.Height));
            Assert.Null(result.GetExifProfile());
            using DecodedImage image = _decoder.Decode(jpeg);
            Assert.InRange(Pictures.MeanDifference(expected, image), 0, 5);
        }
    }

    [Theory]
    [InlineData(400, 200, 100, 100, 50)]
    [InlineData(200, 400, 100, 50, 100)]
    [InlineData(90, 80, 100, 90, 80)]
    public void ToJpeg_LargerThanAllowed_FitsIn(int width, int height, int maxSide, uint newWidth, uint newHeight)
    {
        using MagickImage result = new(ToJpeg(Pictures.Gradient(width, height).Encode(MagickFormat.WebP), maxSide));

        Assert.Equal((newWidth, newHeight), (result.Width, result.Height));
    }

    [Fact]
    public void ToJpeg_Transparency_IsWhite()
    {
        using MagickImage transparent = new(MagickColors.Transparent, 20, 20);

        using DecodedImage image = _decoder.Decode(ToJpeg(transparent.Encode(MagickFormat.Png), 100));

        Pictures.AssertNear((255, 255, 255), image.At(10, 10));
    }

    [Fact]
    public void ToJpeg_Heic_IsTurnedOnce()
    {
        byte[] photo = File.ReadAllBytes(Repository.Data("rocket-exif-6.heic"));
        using DecodedImage expected = _decoder.Decode(photo);

        using DecodedImage image = _decoder.Decode(ToJpeg(photo, 1280));

        Assert.InRange(Pictures.MeanDifference(expected, image), 0, 5);
    }

    [Fact]
    public void ToJpeg_NoImage_IsRefused() =>
        Assert.Equal(ImageRejection.Unsupported, Assert.Throws<ImageRejectedException>(() => ToJpeg("text"u8.ToArray(), 100)).Reason);

    private byte[] ToJpeg(byte[] bytes, int maxSide) => _decoder.ToJpeg(ImageSource.FromBytes(bytes), maxSide);
}
