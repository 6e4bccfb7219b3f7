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
    public async Task WriteAsync_NoDestination_GoesToTheFolder()
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root });
        string name = AudioName.Of("../7", "A dog.", "joe");

        string uri = await Stores(provider).WriteAsync(name, null, Wav, CancellationToken.None);

        Assert.Equal($"{FileUri.FromPath(_folder.Root)}/{name}", uri);
        Assert.Equal(Wav, await File.ReadAllBytesAsync(_folder.Under(name)));
    }

    [Fact]
    public async Task WriteAsync_NoDestination_GoesToTheBucket()
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = "s3://speech/captions/" });
        string name = AudioName.Of("7", "A dog.", "joe");

        string uri = await Stores(provider).WriteAsync(name, null, Wav, CancellationToken.None);

        Assert.Equal($"s3://speech/captions/{name}", uri);
        Assert.Equal(Wav, _s3.Objects[$"/speech/captions/{name}"]);
        Assert.Equal("audio/wav", _s3.Types[$"/speech/captions/{name}"]);
    }

    [Fact]
    public async Task WriteAsync_AllowedDestination_IsWritten()
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root, Destinations = { "s3://speech", _folder.Under("more") } });
        string file = FileUri.FromPath(_folder.Under("more", "x", "a.wav"));

        Assert.Equal("s3://speech/x/a b.wav", await Stores(provider).WriteAsync("n.wav", "s3://speech/x/a b.wav", Wav, CancellationToken.None));
        Assert.Equal(file, await Stores(provider).WriteAsync("n.wav", file, Wav, CancellationToken.None));

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
    public async Task WriteAsync_OtherDestination_IsRefused(string destination)
    {
        await using ServiceProvider provider = Provider(new AudioOptions { Location = _folder.Root, Destinations = { "s3://speech/captions" } });

        AudioStoreException refused = await Assert.ThrowsAsync<AudioStoreException>(
            () => Stores(provider).WriteAsync("n.wav", destination, Wav, CancellationToken.None));

        Assert.False(refused.Retryable);
        Assert.Equal(0, _s3.Requests);
    }

    [Theory]
    [InlineData("503 Service Unavailable", "SlowDown", true)]
    [InlineData("403 Forbidden", "AccessDenied", false)]
    public async Task WriteAsync_S3Refuses_IsTyped(string status, string code, bool retryable)
    {
        _s3.Failure = (status, code);
        await using ServiceProvider provider = Provider(new AudioOptions { Location = "s3://speech/captions" });

        AudioStoreException refused = await Assert.ThrowsAsync<AudioStoreException>(() => Stores(provider).WriteAsync("n.wav", null, Wav, CancellationToken.None));

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

    private static AudioStores Stores(ServiceProvider provider) => provider.GetRequiredService<AudioStores>();

    private ServiceProvider Provider(AudioOptions options) =>
        new ServiceCollection().AddLogging().AddAudioStores(options, _s3.Options).BuildServiceProvider(validateScopes: true);
}
