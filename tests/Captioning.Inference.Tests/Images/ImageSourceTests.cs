using Captioning.Inference.Images;
using ImageMagick;

namespace Captioning.Inference.Tests.Images;

public sealed class ImageSourceTests : IDisposable
{
    private readonly ImageDecoder _decoder = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-").FullName;
    private readonly byte[] _png = Pictures.Plain(new MagickColor(9, 8, 7)).Encode(MagickFormat.Png);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("photo.png")]
    [InlineData("with spaces and 'quotes'.png")]
    [InlineData("line\nbreak.png")]
    [InlineData("日本語 é ü.png")]
    [InlineData("@file.png")]
    [InlineData("msl:x%d[0].jpg")]
    [InlineData("no extension")]
    [InlineData("wrong extension.svg")]
    public void FromFile_AnyName_IsRead(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, _png);

        using DecodedImage image = _decoder.Decode(ImageSource.FromFile(path), 16, CancellationToken.None);

        Assert.Equal("png", image.Info.Format);
        Assert.Equal(_png.Length, image.Info.Bytes);
        Pictures.AssertNear((9, 8, 7), image.At(3, 3), 0);
    }

    [Fact]
    public void FromFile_Missing_IsNotFound()
    {
        string path = Path.Combine(_folder, "gone.jpg");

        ImageRejectedException e = Rejected(ImageSource.FromFile(path));

        Assert.Equal(ImageRejection.NotFound, e.Reason);
        Assert.Equal($"{path}: no such file", e.Message);
    }

    [Fact]
    public void FromFile_VanishedBeforeItIsDecoded_IsNotFound()
    {
        string path = Path.Combine(_folder, "photo.png");
        File.WriteAllBytes(path, _png);
        ImageSource source = ImageSource.FromFile(path);
        File.Delete(path);

        Assert.Equal(ImageRejection.NotFound, Rejected(source).Reason);
    }

    [Fact]
    public void FromFile_Folder_IsUnreadable()
    {
        ImageRejectedException e = Rejected(ImageSource.FromFile(_folder));

        Assert.Equal(ImageRejection.Unreadable, e.Reason);
        Assert.Equal($"{_folder}: this is a folder, not an image", e.Message);
    }

    [Fact]
    public void FromFile_PathThroughAFile_IsRejected()
    {
        string path = Path.Combine(_folder, "photo.png");
        File.WriteAllBytes(path, _png);

        Assert.Contains(Rejected(ImageSource.FromFile(Path.Combine(path, "x.png"))).Reason, new[] { ImageRejection.NotFound, ImageRejection.Unreadable });
    }

    [Fact]
    public void FromFile_NameThatNoFileCanHave_IsUnreadable() =>
        Assert.Equal(ImageRejection.Unreadable, Rejected(ImageSource.FromFile("a\0b.jpg")).Reason);

    [Fact]
    public void FromFile_Link_IsFollowed()
    {
        string path = Path.Combine(_folder, "photo.png");
        string link = Path.Combine(_folder, "link.png");
        File.WriteAllBytes(path, _png);
        File.CreateSymbolicLink(link, path);

        using DecodedImage image = _decoder.Decode(ImageSource.FromFile(link), 16, CancellationToken.None);

        Assert.Equal(_png.Length, image.Info.Bytes);
    }

    [Fact]
    public void FromFile_LinkToItself_IsUnreadable()
    {
        string link = Path.Combine(_folder, "link.png");
        File.CreateSymbolicLink(link, link);

        Assert.Equal(ImageRejection.Unreadable, Rejected(ImageSource.FromFile(link)).Reason);
    }

    [Fact]
    public void FromFile_Device_IsRejectedWithoutReading()
    {
        string device = OperatingSystem.IsWindows() ? "NUL" : "/dev/zero";
        string link = Path.Combine(_folder, "link.png");
        File.CreateSymbolicLink(link, device);

        Assert.Equal(ImageRejection.Unreadable, Rejected(ImageSource.FromFile(device)).Reason);
        Assert.Equal(ImageRejection.Unreadable, Rejected(ImageSource.FromFile(link)).Reason);
    }

    [Fact]
    public void FromFile_LongName_IsRejected() =>
        Assert.Equal(ImageRejection.Unreadable, Rejected(ImageSource.FromFile(Path.Combine(_folder, new string('x', 5000)))).Reason);

    [Fact]
    public void FromFile_LargerThanTheLimit_IsTooLarge()
    {
        string path = Path.Combine(_folder, "photo.png");
        using (FileStream file = File.Create(path))
        {
            file.SetLength((64L << 20) + 1);
        }

        ImageRejectedException e = Rejected(ImageSource.FromFile(path));

        Assert.Equal(ImageRejection.TooLarge, e.Reason);
        Assert.Equal($"{path}: the file is larger than the limit of 64 MiB", e.Message);
    }

    [Fact]
    public void FromStream_BeyondTheLimit_StopsReading()
    {
        ImageDecoder decoder = new(new ImageDecoderOptions { MaxBytes = 100_000 });
        using EndlessStream stream = new();

        ImageRejectedException e = Assert.Throws<ImageRejectedException>(
            () => decoder.Decode(ImageSource.FromStream(stream, "upload"), 64, CancellationToken.None));

        Assert.Equal("upload: the file is larger than the limit of 100000 bytes", e.Message);
        Assert.Equal(100_001, stream.BytesRead);
    }

    [Fact]
    public void FromStream_ShortReads_AreJoined()
    {
        byte[] jpeg = Pictures.Gradient(400, 300).Encode(MagickFormat.Bmp3);
        using ShortReads stream = new(jpeg);
        using DecodedImage expected = _decoder.Decode(jpeg);

        using DecodedImage image = _decoder.Decode(ImageSource.FromStream(stream), 64, CancellationToken.None);

        Assert.Equal(expected.Info, image.Info);
        Assert.Equal(0, Pictures.MeanDifference(expected, image));
        Assert.True(stream.CanRead, "the caller's stream was closed");
    }

    [Fact]
    public void FromStream_Failing_IsUnreadable()
    {
        using ClosedStream stream = new();
        ImageRejectedException e = Rejected(ImageSource.FromStream(stream, "upload"));

        Assert.Equal(ImageRejection.Unreadable, e.Reason);
        Assert.Equal("upload: the stream cannot be read (the line is dead)", e.Message);
    }

    private ImageRejectedException Rejected(ImageSource source) =>
        Assert.Throws<ImageRejectedException>(() => _decoder.Decode(source, 64, CancellationToken.None));

    private sealed class ShortReads(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 4099));
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long BytesRead { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            BytesRead += count;
            return count;
        }
    }

    private sealed class ClosedStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("the line is dead");
    }
}
