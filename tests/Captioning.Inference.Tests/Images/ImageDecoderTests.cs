using System.Security.Cryptography;
using Captioning.Inference.Images;
using ImageMagick;

namespace Captioning.Inference.Tests.Images;

public sealed class ImageDecoderTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData(MagickFormat.Jpeg, "jpeg")]
    [InlineData(MagickFormat.Pjpeg, "jpeg")]
    [InlineData(MagickFormat.Png, "png")]
    [InlineData(MagickFormat.WebP, "webp")]
    [InlineData(MagickFormat.Bmp, "bmp")]
    [InlineData(MagickFormat.Bmp2, "bmp")]
    [InlineData(MagickFormat.Tiff, "tiff")]
    [InlineData(MagickFormat.Tiff64, "tiff")]
    [InlineData(MagickFormat.Gif, "gif")]
    [InlineData(MagickFormat.Avif, "avif")]
    public void Decode_EveryFormat_GivesThePicture(MagickFormat format, string name)
    {
        using MagickImage picture = Pictures.Gradient(120, 90);
        using DecodedImage expected = _decoder.Decode(picture.Encode(MagickFormat.Png));
        byte[] bytes = picture.Encode(format);

        using DecodedImage image = _decoder.Decode(bytes);

        Assert.Equal(new ImageInfo(name, 120, 90, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), image.Info);
        Assert.Equal(64, image.Size);
        Assert.Equal(64 * 64 * 3, image.Pixels.Length);
        Assert.InRange(Pictures.MeanDifference(expected, image), 0, 5);
    }

    [Fact]
    public void Decode_Gradient_HasTheExpectedCorners()
    {
        using DecodedImage image = _decoder.Decode(Pictures.Gradient(256, 256).Encode(MagickFormat.Png), 32);

        Pictures.AssertNear((3, 3, 220), image.At(0, 0), 3);
        Pictures.AssertNear((251, 3, 30), image.At(31, 0), 3);
        Pictures.AssertNear((3, 251, 30), image.At(0, 31), 3);
    }

    [Theory]
    [InlineData(MagickFormat.Jpeg)]
    [InlineData(MagickFormat.Png)]
    [InlineData(MagickFormat.WebP)]
    [InlineData(MagickFormat.Tiff)]
    public void Decode_EveryExifOrientation_GivesTheUprightPicture(MagickFormat format)
    {
        using MagickImage upright = Pictures.Gradient(150, 100);
        using DecodedImage expected = _decoder.Decode(upright.Encode(format));
        for (ushort orientation = 1; orientation <= 8; orientation++)
        {
            using MagickImage stored = Pictures.Turned(upright, orientation);
            using DecodedImage image = _decoder.Decode(stored.Encode(format));

            Assert.Equal((150, 100), (image.Info.Width, image.Info.Height));
            double difference = Pictures.MeanDifference(expected, image);
            Assert.True(difference < 2, $"orientation {orientation}: mean difference {difference}");
        }
    }

    [Fact]
    public void Decode_AvifWithRotationAndExifOrientation_IsTurnedOnce()
    {
        // The writer stores the orientation twice, as phones do: as the container's own rotation and in EXIF.
        using MagickImage picture = Pictures.Gradient(150, 100);
        Pictures.SetOrientation(picture, 6);
        byte[] bytes = picture.Encode(MagickFormat.Avif);
        Assert.True(new MagickImage(bytes).GetExifProfile()?.GetValue(ExifTag.Orientation)?.Value == 6, "the file lacks the tag under test");
        Assert.True(bytes.AsSpan().IndexOf("irot"u8) > 0, "the file lacks the rotation under test");
        picture.AutoOrient();
        using DecodedImage expected = _decoder.Decode(picture.Encode(MagickFormat.Png));

        using DecodedImage image = _decoder.Decode(bytes);

        Assert.Equal((100, 150), (image.Info.Width, image.Info.Height));
        Assert.InRange(Pictures.MeanDifference(expected, image), 0, 3);
    }

    [Fact]
    public void Decode_HeicWithExifOrientation_IsNotTurned()
    {
        // In HEIF the irot box turns the picture, and EXIF has no say; this file has no such box.
        using DecodedImage expected = _decoder.Decode(File.ReadAllBytes(Repository.Sample("rocket.jpg")));

        using DecodedImage image = _decoder.Decode(File.ReadAllBytes(Repository.Data("rocket-exif-6.heic")));

        Assert.Equal(("heic", 640, 427), (image.Info.Format, image.Info.Width, image.Info.Height));
        Assert.InRange(Pictures.MeanDifference(expected, image), 0, 5);
    }

    [Fact]
    public void Decode_AnimatedGif_GivesTheFirstFrame()
    {
        using MagickImageCollection frames = [Pictures.Plain(MagickColors.Red), Pictures.Plain(MagickColors.Blue), Pictures.Plain(MagickColors.Lime)];

        using DecodedImage image = _decoder.Decode(frames.ToByteArray(MagickFormat.Gif));

        Pictures.AssertNear((255, 0, 0), image.At(30, 30));
    }

    [Fact]
    public void Decode_MultiPageTiff_GivesTheFirstPage()
    {
        using MagickImageCollection pages = [Pictures.Plain(MagickColors.Red), Pictures.Plain(MagickColors.Blue)];

        using DecodedImage image = _decoder.Decode(pages.ToByteArray(MagickFormat.Tiff));

        Pictures.AssertNear((255, 0, 0), image.At(30, 30));
    }

    [Fact]
    public void Decode_CmykJpegWithoutProfile_IsConvertedByTheFormula()
    {
        using MagickImage picture = Pictures.Gradient(120, 90);
        using DecodedImage expected = _decoder.Decode(picture.Encode(MagickFormat.Png));
        picture.ColorSpace = ColorSpace.CMYK;

        using DecodedImage image = _decoder.Decode(picture.Encode(MagickFormat.Jpeg));

        Assert.InRange(Pictures.MeanDifference(expected, image), 0, 4);
    }

    [Fact]
    public void Decode_CmykJpegWithProfile_IsConvertedByTheProfile()
    {
        using MagickImage picture = Pictures.Plain(new MagickColor(200, 60, 60));
        picture.TransformColorSpace(ColorProfiles.SRGB, ColorProfiles.USWebCoatedSWOP);
        picture.Quality = 100;
        byte[] bytes = picture.Encode(MagickFormat.Jpeg);
        Assert.Equal(ColorSpace.CMYK, new MagickImageInfo(bytes).ColorSpace);

        using DecodedImage image = _decoder.Decode(bytes);
        picture.RemoveProfile("icc");
        using DecodedImage plain = _decoder.Decode(picture.Encode(MagickFormat.Jpeg));

        Pictures.AssertNear((200, 60, 60), image.At(10, 10), 10);
        Assert.Throws<Xunit.Sdk.TrueException>(() => Pictures.AssertNear((200, 60, 60), plain.At(10, 10), 10));
    }

    [Theory]
    [InlineData(MagickFormat.Jpeg)]
    [InlineData(MagickFormat.Png)]
    [InlineData(MagickFormat.Tiff)]
    [InlineData(MagickFormat.WebP)]
    public void Decode_Grey_GivesEqualChannels(MagickFormat format)
    {
        using MagickImage picture = Pictures.Gradient(120, 90);
        picture.ColorSpace = ColorSpace.Gray;
        using DecodedImage image = _decoder.Decode(picture.Encode(format));

        (int red, int green, int blue) = image.At(50, 40);
        Assert.Equal(red, green);
        Assert.Equal(red, blue);
        Assert.InRange(red, 100, 220);
    }

    [Fact]
    public void Decode_SixteenBitPng_IsScaledToEight()
    {
        // Two pixels of 16-bit grey, by hand: Magick's 8-bit build cannot write them.
        byte[] png = HandMadePng.Encode(width: 2, height: 1, bitDepth: 16, colourType: 0, [0, 0x80, 0x00, 0xFF, 0xFF]);

        using DecodedImage image = _decoder.Decode(png, 2);

        Pictures.AssertNear((128, 128, 128), image.At(0, 0));
        Pictures.AssertNear((255, 255, 255), image.At(1, 0));
    }

    [Fact]
    public void Decode_PalettePng_GivesItsColours()
    {
        using MagickImage picture = Pictures.Plain(new MagickColor(10, 200, 30));
        using DecodedImage image = _decoder.Decode(picture.Encode(MagickFormat.Png8));

        Pictures.AssertNear((10, 200, 30), image.At(20, 20));
    }

    [Theory]
    [InlineData(MagickFormat.Png32)]
    [InlineData(MagickFormat.WebP)]
    [InlineData(MagickFormat.Tiff)]
    public void Decode_Transparency_IsLaidOverWhite(MagickFormat format)
    {
        using MagickImage half = Pictures.Plain(new MagickColor(200, 0, 0, 128));
        using MagickImage none = Pictures.Plain(new MagickColor(0, 0, 0, 0));
        half.Quality = 100;
        using DecodedImage pink = _decoder.Decode(half.Encode(format));
        using DecodedImage white = _decoder.Decode(none.Encode(format));

        Pictures.AssertNear((227, 127, 127), pink.At(20, 20), 3);
        Pictures.AssertNear((255, 255, 255), white.At(20, 20));
    }

    [Fact]
    public void Decode_OnePixel_FillsTheSquare()
    {
        using DecodedImage image = _decoder.Decode(Pictures.Plain(new MagickColor(12, 34, 56), 1, 1).Encode(MagickFormat.Png));

        Pictures.AssertNear((12, 34, 56), image.At(0, 0), 0);
        Pictures.AssertNear((12, 34, 56), image.At(63, 63), 0);
    }

    [Fact]
    public void Decode_LargeJpeg_EqualsTheFullDecode()
    {
        using MagickImage photo = new(Path.Combine(Repository.Root, "samples", "grace_hopper.jpg"));
        photo.Resize(new MagickGeometry(2400, 1800) { IgnoreAspectRatio = true });
        photo.Quality = 92;
        using DecodedImage shrunk = _decoder.Decode(photo.Encode(MagickFormat.Jpeg), 260);
        using DecodedImage full = _decoder.Decode(photo.Encode(MagickFormat.Bmp3), 260);

        Assert.Equal((2400, 1800), (shrunk.Info.Width, shrunk.Info.Height));
        Assert.InRange(Pictures.MeanDifference(full, shrunk), 0, 1.5);
    }

    [Fact]
    public void Decode_SmallJpeg_IsNotEnlargedByTheDecoder()
    {
        using MagickImage photo = new(Path.Combine(Repository.Root, "samples", "rocket.jpg"));
        photo.Resize(new MagickGeometry(224, 224) { IgnoreAspectRatio = true });
        byte[] jpeg = photo.Encode(MagickFormat.Jpeg);
        using MagickImage full = new(jpeg);
        using DecodedImage expected = _decoder.Decode(full.Encode(MagickFormat.Png), 260);

        using DecodedImage image = _decoder.Decode(jpeg, 260);

        Assert.Equal(0, Pictures.MeanDifference(expected, image));
    }

    [Fact]
    public void Decode_JpegWithoutEndMarker_IsAccepted()
    {
        byte[] jpeg = Pictures.Gradient(120, 90).Encode(MagickFormat.Jpeg);
        using DecodedImage expected = _decoder.Decode(jpeg);

        using DecodedImage image = _decoder.Decode(jpeg[..^2]);

        Assert.Equal(0, Pictures.MeanDifference(expected, image));
    }

    [Fact]
    public void Decode_InParallel_GivesTheSamePixels()
    {
        byte[] jpeg = Pictures.Gradient(500, 375).Encode(MagickFormat.Jpeg);
        using DecodedImage expected = _decoder.Decode(jpeg, 260);

        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using DecodedImage image = _decoder.Decode(jpeg, 260);
            Assert.True(expected.Pixels.Span.SequenceEqual(image.Pixels.Span));
        });
    }

    [Fact]
    public void Pixels_AfterDispose_Throws()
    {
        DecodedImage image = _decoder.Decode(Pictures.Plain(MagickColors.Red).Encode(MagickFormat.Png));
        image.Dispose();
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => image.Pixels);
    }
}
