using System.Diagnostics;
using Captioning.Contracts;
using Captioning.Worker.Inputs;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

public sealed class FileSourceTests : IDisposable
{
    private const int MaxBytes = 1000;
    private static readonly byte[] Photo = [1, 2, 3, 4];

    private readonly TemporaryFolder _folder = new();
    private readonly string _photos;

    public FileSourceTests()
    {
        _photos = _folder.Under("photos");
        _folder.File("photos/beach day%41#ü.jpg", Photo);
        _folder.File("photos/deep/er/a.jpg", Photo);
        _folder.File("photos-private/secret.jpg", Photo);
        _folder.File("secret.jpg", Photo);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("beach day%41#ü.jpg")]
    [InlineData("deep/er/a.jpg")]
    public async Task FetchAsync_FileInAFolder_IsRead(string name)
    {
        string uri = FileUri.FromPath(Path.Join(_photos, name));

        FetchedImage image = await FetchAsync(uri);

        Assert.Equal(Photo, image.Bytes.ToArray());
        Assert.Equal(uri, image.Name);
    }

    [Theory]
    [InlineData("file:")]
    [InlineData("file://localhost")]
    [InlineData("FILE://")]
    public async Task FetchAsync_OtherSpelling_IsRead(string start)
    {
        string uri = start + FileUri.FromPath(Path.Join(_photos, "deep", "er", "a.jpg"))["file://".Length..];

        Assert.Equal(Photo, (await FetchAsync(uri)).Bytes.ToArray());
    }

    [Theory]
    [InlineData("/../secret.jpg")]
    [InlineData("/%2e%2e/secret.jpg")]
    [InlineData("/%2E%2E%2Fsecret.jpg")]
    [InlineData("/deep/../../secret.jpg")]
    [InlineData("/deep/er/../../../secret.jpg")]
    [InlineData("/deep/./../../secret.jpg")]
    [InlineData("-private/secret.jpg")]
    [InlineData("/..")]
    [InlineData("/deep")]
    [InlineData("/deep/er/")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/deep/er/a.jpg%00.png")]
    [InlineData("/%00")]
    public async Task FetchAsync_PathThatEscapes_IsRefused(string rest) =>
        await RefusedAsync($"file://{Uri.EscapeDataString(_photos).Replace("%2F", "/", StringComparison.Ordinal)}{rest}");

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("file:/etc/passwd")]
    [InlineData("file:etc/passwd")]
    [InlineData("file:photos/a.jpg")]
    [InlineData("file://./a.jpg")]
    [InlineData("file:///proc/self/environ")]
    [InlineData("file:///proc/self/root/etc/passwd")]
    [InlineData("file:///proc/self/fd/0")]
    [InlineData("file:///dev/zero")]
    [InlineData("file:///dev/stdin")]
    [InlineData("file://server/share/a.jpg")]
    [InlineData("file:////server/share/a.jpg")]
    [InlineData("file:\\\\server\\share\\a.jpg")]
    [InlineData("file://127.0.0.1/etc/passwd")]
    [InlineData("file://")]
    [InlineData("file:")]
    public async Task FetchAsync_PathElsewhere_IsRefused(string uri) => await RefusedAsync(uri);

    [Theory]
    [InlineData("/proc/self/environ")]
    [InlineData("/proc/self/status")]
    [InlineData("/proc/self/cwd/secret.jpg")]
    [InlineData("/sys/kernel/mm/transparent_hugepage/enabled")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/tty")]
    [InlineData("/etc")]
    public async Task FetchAsync_NoFileWhereEverythingIsAllowed_IsRefusedOrMissing(string path)
    {
        ImageFetcher fetcher = new([new FileSource(new AllowedFolders(["/"]), MaxBytes)], new ImageSourceOptions(), TimeProvider.System);

        ImageSourceException failed = await Assert.ThrowsAsync<ImageSourceException>(() => fetcher.FetchAsync($"file://{path}", CancellationToken.None));

        Assert.True(failed.Reason is FailureReason.ForbiddenSource or FailureReason.NotFound, failed.Message);
    }

    [Fact]
    public async Task FetchAsync_LinksOutOfTheFolder_AreRefused()
    {
        File.CreateSymbolicLink(Path.Join(_photos, "file.jpg"), _folder.Under("secret.jpg"));
        File.CreateSymbolicLink(Path.Join(_photos, "relative.jpg"), "../secret.jpg");
        File.CreateSymbolicLink(Path.Join(_photos, "chain.jpg"), "relative.jpg");
        Directory.CreateSymbolicLink(Path.Join(_photos, "folder"), _folder.Root);
        Directory.CreateSymbolicLink(Path.Join(_photos, "proc"), "/proc/self");

        foreach (string name in (string[])["file.jpg", "relative.jpg", "chain.jpg", "folder/secret.jpg", "proc/environ", "folder"])
        {
            await RefusedAsync(FileUri.FromPath(Path.Join(_photos, name)));
        }
    }

    [Fact]
    public async Task FetchAsync_LinksWithinTheFolder_AreFollowed()
    {
        File.CreateSymbolicLink(Path.Join(_photos, "link.jpg"), "deep/er/a.jpg");
        Directory.CreateSymbolicLink(Path.Join(_photos, "folder"), Path.Join(_photos, "deep"));

        Assert.Equal(Photo, (await FetchAsync(FileUri.FromPath(Path.Join(_photos, "link.jpg")))).Bytes.ToArray());
        Assert.Equal(Photo, (await FetchAsync(FileUri.FromPath(Path.Join(_photos, "folder/er/a.jpg")))).Bytes.ToArray());
    }

    [Fact]
    public async Task FetchAsync_AllowedFolderThatIsALink_IsFollowed()
    {
        string link = _folder.Under("link");
        Directory.CreateSymbolicLink(link, _photos);
        FileSource source = new(new AllowedFolders([link]), MaxBytes);

        Assert.Equal(Photo, await source.ReadAsync(FileUri.FromPath(Path.Join(link, "deep/er/a.jpg")), CancellationToken.None));
    }

    [Fact]
    public async Task FetchAsync_LinksInACircle_IsNotFound()
    {
        File.CreateSymbolicLink(Path.Join(_photos, "a"), "b");
        File.CreateSymbolicLink(Path.Join(_photos, "b"), "a");

        ImageSourceException failed = await FailAsync(FileUri.FromPath(Path.Join(_photos, "a")));

        Assert.Equal(FailureReason.NotFound, failed.Reason);
    }

    [Fact]
    public async Task FetchAsync_NamedPipe_IsRefusedWithoutWaiting()
    {
        string pipe = Path.Join(_photos, "pipe.jpg");
        using (Process made = Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }

        await RefusedAsync(FileUri.FromPath(pipe));
    }

    [Theory]
    [InlineData("missing.jpg")]
    [InlineData("missing/a.jpg")]
    [InlineData("deep/er/a.jpg/b.jpg")]
    public async Task FetchAsync_Missing_IsNotFound(string name)
    {
        ImageSourceException failed = await FailAsync(FileUri.FromPath(Path.Join(_photos, name)));

        Assert.Equal(FailureReason.NotFound, failed.Reason);
        Assert.False(failed.Retryable);
        Assert.Contains(name, failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, FailureReason.Unreadable)]
    [InlineData(MaxBytes + 1, FailureReason.TooLarge)]
    public async Task FetchAsync_EmptyOrTooLarge_IsTyped(int length, FailureReason reason)
    {
        string path = _folder.File("photos/a.jpg", new byte[length]);

        Assert.Equal(reason, (await FailAsync(FileUri.FromPath(path))).Reason);
    }

    [Fact]
    public async Task FetchAsync_FileOfTheLimit_IsRead()
    {
        string path = _folder.File("photos/a.jpg", new byte[MaxBytes]);

        Assert.Equal(MaxBytes, (await FetchAsync(FileUri.FromPath(path))).Bytes.Length);
    }

    [Fact]
    public void Of_PathWithLinks_HasNone()
    {
        Directory.CreateSymbolicLink(Path.Join(_photos, "l1"), "l2/er");
        Directory.CreateSymbolicLink(Path.Join(_photos, "l2"), Path.Join(_photos, "deep"));

        Assert.Equal(Path.Join(_photos, "deep", "er", "a.jpg"), RealPath.Of(Path.Join(_photos, "l1", "a.jpg")));
        Assert.Equal(Path.Join(_photos, "deep", "er", "missing", "b"), RealPath.Of(Path.Join(_photos, "l1", "missing", "b")));
    }

    private ImageFetcher Fetcher() => new([new FileSource(new AllowedFolders([_photos]), MaxBytes)], new ImageSourceOptions(), TimeProvider.System);

    private Task<FetchedImage> FetchAsync(string uri) => Fetcher().FetchAsync(uri, CancellationToken.None);

    private Task<ImageSourceException> FailAsync(string uri) => Assert.ThrowsAsync<ImageSourceException>(() => FetchAsync(uri));

    private async Task RefusedAsync(string uri)
    {
        ImageSourceException failed = await FailAsync(uri);
        Assert.True(failed.Reason == FailureReason.ForbiddenSource, $"{uri}: {failed.Reason}, {failed.Message}");
        Assert.False(failed.Retryable);
    }
}
