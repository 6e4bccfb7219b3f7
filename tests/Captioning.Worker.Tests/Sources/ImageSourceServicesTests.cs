using Captioning.Contracts;
using Captioning.Worker.Inputs;
using Captioning.Worker.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Captioning.Worker.Tests.Sources;

public sealed class ImageSourceServicesTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _s3 = new();

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AddImageSources_EverySourceOpen_ReadsFromEach()
    {
        string data = _folder.Under("data");
        Directory.CreateDirectory(data);
        _folder.File("data/none/abc", [1]);
        string photo = _folder.File("a.jpg", [2]);
        _s3.Objects["/photos/a.jpg"] = [3];
        await using LoopbackServer server = new("200 OK", [4]);
        ImageSourceOptions options = new() { MessageDataFolder = data, Folders = { _folder.Root }, Buckets = { "photos" }, Http = { InternalHosts = { $"127.0.0.1:{server.Port}" } } };
        await using ServiceProvider provider = new ServiceCollection().AddImageSources(options, _s3.Options).BuildServiceProvider(validateScopes: true);
        ImageFetcher fetcher = provider.GetRequiredService<ImageFetcher>();

        Assert.Equal([1], await ReadAsync(fetcher, "urn:file:none:abc"));
        Assert.Equal([2], await ReadAsync(fetcher, FileUri.FromPath(photo)));
        Assert.Equal([3], await ReadAsync(fetcher, "s3://photos/a.jpg"));
        Assert.Equal([4], await ReadAsync(fetcher, server.Url("/a.jpg")));
        Assert.Equal([5], await ReadAsync(fetcher, "data:image/png;base64,BQ=="));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("s3://photos/a.jpg")]
    [InlineData("urn:file:none:abc")]
    [InlineData("http://127.0.0.1/a.jpg")]
    public async Task AddImageSources_Defaults_ReadNothingOfThisMachine(string uri)
    {
        await using ServiceProvider provider = new ServiceCollection().AddImageSources(new ImageSourceOptions(), new S3Options()).BuildServiceProvider();

        ImageSourceException failed = await Assert.ThrowsAsync<ImageSourceException>(
            () => provider.GetRequiredService<ImageFetcher>().FetchAsync(uri, CancellationToken.None));

        Assert.Equal(FailureReason.ForbiddenSource, failed.Reason);
    }

    [Fact]
    public void AddImageSources_WrongOptions_ListsEveryError()
    {
        ImageSourceOptions options = new()
        {
            MaxBytes = 0,
            MaxInlineBytes = -1,
            Timeout = TimeSpan.Zero,
            MessageDataFolder = "data",
            Folders = { "photos" },
            Buckets = { "Photos!" },
            Http = { MaxRedirects = -1, HeaderTimeout = TimeSpan.Zero, InternalHosts = { "http://photos/" }, FurtherPorts = { 0 } },
        };

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddImageSources(options, new S3Options()));

        foreach (string setting in (string[])["MaxBytes", "MaxInlineBytes", "Timeout", "MessageDataFolder", "Folders", "Buckets", "MaxRedirects", "HeaderTimeout", "InternalHosts", "FurtherPorts"])
        {
            Assert.Contains(error.Failures, failure => failure.Contains($"{setting} ", StringComparison.Ordinal));
        }

        Assert.Equal(10, error.Failures.Count());
    }

    [Fact]
    public void FindErrors_WrongS3Options_ListsEveryError() => Assert.Equal(
        4, new S3Options { ServiceUrl = "minio:9000", AccessKeyFile = _folder.Under("missing"), Retries = 11 }.FindErrors().Count);

    private static async Task<byte[]> ReadAsync(ImageFetcher fetcher, string uri) => (await fetcher.FetchAsync(uri, CancellationToken.None)).Bytes.ToArray();
}
