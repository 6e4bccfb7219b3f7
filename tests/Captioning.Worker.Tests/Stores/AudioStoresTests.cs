using Captioning.Inference.Speech;
using Captioning.Worker.Inputs;
using Captioning.Worker.Stores;
using Captioning.Worker.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Captioning.Worker.Tests.Stores;

public sealed class AudioStoresTests : IAsyncDisposable
{
    private static readonly byte[] Wav = [1, 2, 3, 4];
    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _s3 = new();

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AddAsync_NothingThere_GoesToTheFolder()
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root });
        string name = AudioName.Of("../7", "A dog.", "joe", 1);

        (string uri, ReadOnlyMemory<byte> start) = await Stores(provider).AddAsync(name, Wav, CancellationToken.None);

        Assert.Equal($"{FileUri.FromPath(_folder.Root)}/{name}", uri);
        Assert.Equal(Wav, start);
        Assert.Equal(Wav, await File.ReadAllBytesAsync(_folder.Under(name)));
    }

    [Fact]
    public async Task AddAsync_NothingThere_GoesToTheBucket()
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = "s3://speech/captions/" });
        string name = AudioName.Of("7", "A dog.", "joe", 1);

        (string uri, ReadOnlyMemory<byte> start) = await Stores(provider).AddAsync(name, Wav, CancellationToken.None);

        Assert.Equal($"s3://speech/captions/{name}", uri);
        Assert.Equal(Wav, start);
        Assert.Equal(Wav, _s3.Objects[$"/speech/captions/{name}"]);
        Assert.Equal("audio/wav", _s3.Types[$"/speech/captions/{name}"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddAsync_SpokenEarlier_StaysAndIsWhatIsTold(bool s3)
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = s3 ? "s3://speech" : _folder.Root });
        byte[] earlier = Spoken(samples: 3);
        await Stores(provider).AddAsync("n.wav", earlier, CancellationToken.None);

        (_, ReadOnlyMemory<byte> start) = await Stores(provider).AddAsync("n.wav", Spoken(samples: 5), CancellationToken.None);

        Assert.Equal(earlier.AsMemory(0, WavHeader.Length), start);
        Assert.Equal(earlier, s3 ? _s3.Objects["/speech/n.wav"] : await File.ReadAllBytesAsync(_folder.Under("n.wav")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddAsync_SomethingElseThere_IsReplaced(bool s3)
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = s3 ? "s3://speech" : _folder.Root });
        await Stores(provider).AddAsync("n.wav", Wav, CancellationToken.None);
        byte[] later = Spoken(samples: 5);

        (_, ReadOnlyMemory<byte> start) = await Stores(provider).AddAsync("n.wav", later, CancellationToken.None);

        Assert.Equal(later, start);
        Assert.Equal(later, s3 ? _s3.Objects["/speech/n.wav"] : await File.ReadAllBytesAsync(_folder.Under("n.wav")));
    }

    [Fact]
    public async Task AddAsync_NoConditionalWrites_IsWrittenAllTheSame()
    {
        _s3.ConditionalWrites = false;
        await using ServiceProvider provider = Provider(new AudioOptions { Location = "s3://speech" });

        await Stores(provider).AddAsync("n.wav", Wav, CancellationToken.None);

        Assert.Equal(Wav, _s3.Objects["/speech/n.wav"]);
    }

    [Fact]
    public async Task WriteAsync_Allowed_IsWritten()
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root, Destinations = { "s3://speech", _folder.Under("more") } });
        string file = FileUri.FromPath(_folder.Under("more", "x", "a.wav"));

        await Stores(provider).WriteAsync("s3://speech/x/a b.wav", Wav, CancellationToken.None);
        await Stores(provider).WriteAsync(file, Wav, CancellationToken.None);

        Assert.Equal(Wav, _s3.Objects["/speech/x/a b.wav"]);
        Assert.Equal(Wav, await File.ReadAllBytesAsync(_folder.Under("more", "x", "a.wav")));
    }

    [Theory]
    [InlineData("s3://private/a.wav")]
    [InlineData("s3://speech/elsewhere/a.wav")]
    [InlineData("s3://speech/captions-private/a.wav")]
    [InlineData("s3://speech/captions/../a.wav")]
    [InlineData("s3://speech/captions/a.jpg")]
    [InlineData("file:///etc/a.wav")]
    [InlineData("http://127.0.0.1/a.wav")]
    [InlineData("a.wav")]
    [InlineData("")]
    public async Task WriteAsync_Elsewhere_IsRefused(string destination)
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root, Destinations = { "s3://speech/captions" } });

        AudioStoreException refused = await Assert.ThrowsAsync<AudioStoreException>(
            () => Stores(provider).WriteAsync(destination, Wav, CancellationToken.None));

        Assert.False(refused.Retryable);
        Assert.Equal(0, _s3.Requests);
    }

    [Theory]
    [InlineData("503 Service Unavailable", "SlowDown", true)]
    [InlineData("409 Conflict", "ConditionalRequestConflict", true)]
    [InlineData("403 Forbidden", "AccessDenied", false)]
    public async Task AddAsync_S3Refuses_IsTyped(string status, string code, bool retryable)
    {
        _s3.Failure = (status, code);
        await using ServiceProvider provider = Provider(new AudioOptions { Location = "s3://speech/captions" });

        AudioStoreException refused = await Assert.ThrowsAsync<AudioStoreException>(() => Stores(provider).AddAsync("n.wav", Wav, CancellationToken.None));

        Assert.Equal(retryable, refused.Retryable);
        Assert.Contains(code, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAudioStores_LeftoverAtStart_IsDeleted()
    {
        string leftover = _folder.File($"ab/.{Guid.NewGuid():N}.tmp");
        File.SetLastWriteTimeUtc(leftover, DateTime.UnixEpoch);
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root });
        BackgroundService cleanup = Assert.IsType<LeftoverCleanup>(Assert.Single(provider.GetServices<IHostedService>()));

        await cleanup.StartAsync(CancellationToken.None);
        await cleanup.ExecuteTask!;

        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void AddAudioStores_WrongOptions_ListsEveryError()
    {
        AudioOptions options = new() { Location = "s3://", Destinations = { "http://host/", "", "file://server/share", "s3://speech/../a" } };

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Provider(options));

        Assert.Equal(5, error.Failures.Count());
    }

    private static byte[] Spoken(int samples)
    {
        byte[] wav = new byte[WavHeader.Length + (sizeof(short) * samples)];
        WavHeader.Write(wav, sampleRate: 22050, samples);
        return wav;
    }

    private static AudioStores Stores(ServiceProvider provider) => provider.GetRequiredService<AudioStores>();

    private ServiceProvider Provider(AudioOptions options) =>
        new ServiceCollection().AddLogging().AddAudioStores(options, _s3.Options).BuildServiceProvider(validateScopes: true);
}
