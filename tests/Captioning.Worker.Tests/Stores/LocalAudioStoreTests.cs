using Captioning.Worker.Inputs;
using Captioning.Worker.Output;
using Captioning.Worker.Stores;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Stores;

public sealed class LocalAudioStoreTests : IDisposable
{
    private static readonly byte[] Wav = [1, 2, 3, 4];
    private readonly TemporaryFolder _folder = new();
    private readonly string _audio;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LocalAudioStore _store;

    public LocalAudioStoreTests()
    {
        _audio = _folder.Under("audio");
        _store = new LocalAudioStore([_audio], _time);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteAsync_Allowed_IsThereAlone()
    {
        string path = Path.Join(_audio, "ab", "c d%41.wav");

        await WriteAsync(FileUri.FromPath(path));
        await WriteAsync(FileUri.FromPath(path));

        Assert.Equal(Wav, await File.ReadAllBytesAsync(path));
        Assert.Equal([path], Directory.GetFiles(_audio, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../a.wav")]
    [InlineData("%2e%2e/a.wav")]
    [InlineData("x/../../a.wav")]
    [InlineData("link/a.wav")]
    [InlineData("link/new/a.wav")]
    [InlineData("a.wav%00")]
    public async Task WriteAsync_Outside_IsRefused(string rest)
    {
        Directory.CreateDirectory(_audio);
        Directory.CreateDirectory(_folder.Under("outside"));
        Directory.CreateSymbolicLink(Path.Join(_audio, "link"), _folder.Under("outside"));

        AudioStoreException refused = await Assert.ThrowsAsync<AudioStoreException>(() => WriteAsync($"{FileUri.FromPath(_audio)}/{rest}"));

        Assert.False(refused.Retryable);
        Assert.Empty(Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetDirectories(_folder.Under("outside")));
    }

    [Fact]
    public async Task WriteAsync_LinkInTheFilesPlace_IsReplacedAndNotFollowed()
    {
        string secret = _folder.File("secret.wav", [9]);
        Directory.CreateDirectory(_audio);
        string path = Path.Join(_audio, "a.wav");
        File.CreateSymbolicLink(path, secret);

        await WriteAsync(FileUri.FromPath(path));

        Assert.Equal([9], await File.ReadAllBytesAsync(secret));
        Assert.Equal(Wav, await File.ReadAllBytesAsync(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddAsync_LinkInTheFilesPlace_IsNotFollowed(bool leadsSomewhere)
    {
        string secret = leadsSomewhere ? _folder.File("secret.wav", [9]) : _folder.Under("nowhere.wav");
        Directory.CreateDirectory(_audio);
        string path = Path.Join(_audio, "a.wav");
        File.CreateSymbolicLink(path, secret);

        Assert.Empty((await _store.AddAsync(FileUri.FromPath(path), Wav, CancellationToken.None))!);

        Assert.Equal(secret, new FileInfo(path).LinkTarget);
        Assert.Equal([path], Directory.GetFiles(_audio));
    }

    [Fact]
    public async Task WriteAsync_FolderInTheFilesPlace_FailsAndLeavesNothing()
    {
        string path = Path.Join(_audio, "a.wav");
        Directory.CreateDirectory(path);

        AudioStoreException failed = await Assert.ThrowsAsync<AudioStoreException>(() => WriteAsync(FileUri.FromPath(path)));

        Assert.Contains("a.wav", failed.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_audio));
    }

    [Fact]
    public void DeleteLeftovers_KilledWorker_LeavesAudioAndFreshFiles()
    {
        string audio = _folder.File("audio/ab/a.wav");
        string foreign = _folder.File("audio/ab/.notes.tmp");
        string leftover = Interrupted(audio, age: TimeSpan.FromHours(2));
        string underWay = Interrupted(audio, age: TimeSpan.FromMinutes(1));

        Assert.Equal(1, _store.DeleteLeftovers(CancellationToken.None));

        Assert.False(File.Exists(leftover));
        Assert.True(File.Exists(underWay));
        Assert.True(File.Exists(foreign));
        Assert.Equal([1], File.ReadAllBytes(audio));
    }

    [Fact]
    public void DeleteLeftovers_NoFolder_DoesNothing() => Assert.Equal(0, _store.DeleteLeftovers(CancellationToken.None));

    /// <summary>What a worker leaves that is killed between two writes: its temporary file as it was at that moment.</summary>
    private string Interrupted(string audio, TimeSpan age)
    {
        string temporary = string.Empty;
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write<int>(
            audio,
            stream =>
            {
                temporary = ((FileStream)stream).Name;
                throw new InvalidOperationException("Killed.");
            },
            flushToDisk: true));
        File.WriteAllBytes(temporary, Wav[..2]);
        File.SetLastWriteTimeUtc(temporary, (_time.GetUtcNow() - age).UtcDateTime);
        return temporary;
    }

    private Task WriteAsync(string uri) => _store.WriteAsync(uri, Wav, CancellationToken.None);
}
