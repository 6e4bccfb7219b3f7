using Captioning.Worker.Output;

namespace Captioning.Worker.Tests.Output;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_MissingFolder_IsMade()
    {
        string path = _folder.Under("s", "t", "a.wav");

        Assert.Equal(7, AtomicFile.Write(path, stream => Put(stream, 7), flushToDisk: true));

        Assert.Equal([7], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Write_UnderWay_LeavesTheOldFileInPlace()
    {
        string path = _folder.File("a.wav", [1]);

        AtomicFile.Write(
            path,
            stream =>
            {
                Put(stream, 2);
                stream.Flush();
                Assert.Equal([1], File.ReadAllBytes(path));
                return 0;
            },
            flushToDisk: false);

        Assert.Equal([2], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_Failing_LeavesTheOldFileAndNothingElse()
    {
        string path = _folder.File("a.wav", [1]);

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write<int>(
            path,
            stream =>
            {
                Put(stream, 2);
                throw new InvalidOperationException("No more.");
            },
            flushToDisk: true));

        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Write_NotOverAnother_LeavesTheOldFileAndNothingElse()
    {
        string path = _folder.File("a.wav", [1]);

        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => Put(stream, 2), flushToDisk: true, overwrite: false));

        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Root));
    }

    private static int Put(Stream stream, byte value)
    {
        stream.WriteByte(value);
        return value;
    }
}
