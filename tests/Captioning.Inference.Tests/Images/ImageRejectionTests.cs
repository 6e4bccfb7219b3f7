using System.Text;
using Captioning.Inference.Images;
using ImageMagick;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Inference.Tests.Images;

public sealed class ImageRejectionTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void Decode_Empty_SaysSo()
    {
        ImageRejectedException e = Rejected([], "photo.jpg");

        Assert.Equal(ImageRejection.Unreadable, e.Reason);
        Assert.Equal("photo.jpg: the file is empty", e.Message);
        Assert.Equal("photo.jpg", e.ImageName);
    }

    [Theory]
    [InlineData("hello, this is text", "text")]
    [InlineData("BMW is a maker of cars, and this is a text about them", "text")]
    [InlineData("@/etc/passwd", "text")]
    [InlineData("https://example.com/photo.png", "text")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing")]
    [InlineData("<?xml version='1.0'?>\n<!-- x -->\n<SVG/>", "an SVG drawing")]
    [InlineData("<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>", "an XML document")]
    [InlineData("push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://example.com/'\npop graphic-context", "a drawing script")]
    [InlineData("%!PS-Adobe-3.0 EPSF-3.0\nshowpage", "a PostScript document")]
    [InlineData("%PDF-1.7\n", "a PDF document")]
    [InlineData("<!DOCTYPE html><html></html>", "an HTML page")]
    [InlineData("PK\u0003\u0004 and so on", "an archive")]
    [InlineData("GIF88a", "text")]
    [InlineData("\0\0\0\u0001", "a file of unknown kind")]
    public void Decode_NoPhoto_IsUnsupportedWhateverItsName(string content, string kind)
    {
        ImageRejectedException e = Rejected(Encoding.UTF8.GetBytes(content), "logo.png");

        Assert.Equal(ImageRejection.Unsupported, e.Reason);
        Assert.Equal($"logo.png: this is {kind}, not a photo; supported: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF", e.Message);
    }

    [Fact]
    public void Decode_FormatThatIsNotAccepted_IsUnsupported()
    {
        ImageDecoderOptions options = new();
        options.Formats.Remove(ImageFormat.Gif);
        byte[] gif = Pictures.Plain(MagickColors.Red).Encode(MagickFormat.Gif);

        ImageRejectedException e = Assert.Throws<ImageRejectedException>(() => new ImageDecoder(options).Decode(gif));

        Assert.Equal(ImageRejection.Unsupported, e.Reason);
        Assert.StartsWith("picture: GIF images are not accepted; supported: JPEG, PNG", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MagickFormat.Jpeg)]
    [InlineData(MagickFormat.Pjpeg)]
    [InlineData(MagickFormat.Png)]
    [InlineData(MagickFormat.WebP)]
    [InlineData(MagickFormat.Gif)]
    [InlineData(MagickFormat.Bmp)]
    [InlineData(MagickFormat.Tiff)]
    [InlineData(MagickFormat.Avif)]
    public void Decode_CutShort_IsUnreadable(MagickFormat format)
    {
        byte[] bytes = Pictures.Gradient(300, 200).Encode(format);
        foreach (double part in new[] { 0.95, 0.5, 0.1 })
        {
            ImageRejectedException e = Rejected(bytes[..(int)(bytes.Length * part)], "x.jpg");

            Assert.Equal(ImageRejection.Unreadable, e.Reason);
            Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
            Assert.IsType<MagickException>(e.InnerException, exactMatch: false);
        }
    }

    [Theory]
    [InlineData("FFD8FF")]
    [InlineData("FFD8FFE000104A46494600")]
    [InlineData("89504E470D0A1A0A")]
    [InlineData("4749463839610A000A00")]
    [InlineData("49492A0008000000")]
    [InlineData("524946460000000057454250")]
    [InlineData("0000001466747970617669660000000061766966")]
    [InlineData("0000001466747970686569630000000068656963")]
    [InlineData("FFFFFFFF6674797068656963")]
    public void Decode_NothingButASignature_IsUnreadable(string hex) =>
        Assert.Equal(ImageRejection.Unreadable, Rejected(Convert.FromHexString(hex), "x").Reason);

    [Fact]
    public void Decode_EveryBrokenByte_IsAnImageOrARejection()
    {
        foreach (MagickFormat format in new[] { MagickFormat.Jpeg, MagickFormat.Png, MagickFormat.WebP, MagickFormat.Gif, MagickFormat.Bmp, MagickFormat.Tiff })
        {
            byte[] bytes = Pictures.Gradient(24, 16).Encode(format);
            for (int i = 0; i < Math.Min(bytes.Length, 200); i++)
            {
                byte[] broken = [.. bytes];
                broken[i] ^= 0xFF;
                try
                {
                    _decoder.Decode(broken, 16).Dispose();
                }
                catch (ImageRejectedException)
                {
                    // What a broken byte should come to, unless the picture can still be read.
                }
            }
        }
    }

    [Fact]
    public void Decode_PngBomb_IsRefusedByItsHeader()
    {
        byte[] png = HandMadePng.Encode(30_000, 30_000, bitDepth: 8, colourType: 2, [0]);

        ImageRejectedException e = Rejected(png, "bomb.png");

        Assert.Equal(ImageRejection.TooLarge, e.Reason);
        Assert.Equal("bomb.png: 30000 x 30000 pixels is more than the limit of 100 megapixels", e.Message);
    }

    [Fact]
    public void Decode_EndlessRow_IsRefusedByItsHeader()
    {
        byte[] png = HandMadePng.Encode(90_000_000, 1, bitDepth: 8, colourType: 2, [0]);

        Assert.Equal("bomb.png: 90000000 x 1 pixels is more than 65535 on a side", Rejected(png, "bomb.png").Message);
    }

    [Theory]
    [InlineData(MagickFormat.Jpeg)]
    [InlineData(MagickFormat.Png)]
    [InlineData(MagickFormat.WebP)]
    [InlineData(MagickFormat.Gif)]
    [InlineData(MagickFormat.Bmp)]
    [InlineData(MagickFormat.Tiff)]
    [InlineData(MagickFormat.Avif)]
    public void Decode_MorePixelsThanAllowed_IsTooLarge(MagickFormat format)
    {
        ImageDecoder decoder = new(new ImageDecoderOptions { MaxMegapixels = 0.01 });

        ImageRejectedException e = Assert.Throws<ImageRejectedException>(() => decoder.Decode(Pictures.Gradient(101, 100).Encode(format)));

        Assert.Equal("picture: 101 x 100 pixels is more than the limit of 0.01 megapixels", e.Message);
        decoder.Decode(Pictures.Gradient(100, 100).Encode(format)).Dispose();
    }

    [Fact]
    public void Decode_NameWithLineBreaks_StaysOnOneLine() =>
        Assert.Equal("a\uFFFDb \u00E9 .jpg: the file is empty", Rejected([], "a\nb \u00E9 .jpg").Message);

    [Fact]
    public void Decode_Cancelled_Throws()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        byte[] jpeg = Pictures.Gradient(100, 100).Encode(MagickFormat.Jpeg);

        Assert.Throws<OperationCanceledException>(() => _decoder.Decode(ImageSource.FromBytes(jpeg), 64, source.Token));
    }

    [Fact]
    public void Decode_CancelledWhileReading_Throws()
    {
        using CancellationTokenSource source = new();
        using CancellingStream stream = new(Pictures.Gradient(100, 100).Encode(MagickFormat.Jpeg), source);

        Assert.Throws<OperationCanceledException>(() => _decoder.Decode(ImageSource.FromStream(stream), 64, source.Token));
    }

    [Theory]
    [InlineData(MagickFormat.Jpeg, 100)]
    [InlineData(MagickFormat.Jpeg, 2100)]
    [InlineData(MagickFormat.Png, 2100)]
    [InlineData(MagickFormat.WebP, 100)]
    public void Decode_LongerThanTheLimit_TimesOut(MagickFormat format, int side)
    {
        FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(20) };
        ImageDecoder decoder = new(new ImageDecoderOptions { TimeLimit = TimeSpan.FromSeconds(10) }, time);

        ImageRejectedException e = Assert.Throws<ImageRejectedException>(() => decoder.Decode(Pictures.Gradient(side, side).Encode(format)));

        Assert.Equal(ImageRejection.TimedOut, e.Reason);
        Assert.Equal("picture: decoding took longer than the limit of 10 seconds", e.Message);
    }

    private ImageRejectedException Rejected(byte[] bytes, string name) =>
        Assert.Throws<ImageRejectedException>(() => _decoder.Decode(ImageSource.FromBytes(bytes, name), 64, CancellationToken.None));

    private sealed class CancellingStream(byte[] bytes, CancellationTokenSource source) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            source.Cancel();
            return base.Read(buffer, offset, Math.Min(count, 10));
        }
    }
}
