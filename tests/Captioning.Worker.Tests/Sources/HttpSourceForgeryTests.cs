using System.Net;
using Captioning.Contracts;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

/// <summary>URLs that would make the worker contact what only it may reach.</summary>
public sealed class HttpSourceForgeryTests
{
    // PORT is that of a server that must not be contacted.
    private static readonly string[] Urls =
    [
        "http://127.0.0.1:PORT/",
        "http://127.0.0.1/",
        "http://127.255.255.254:PORT/",
        "http://127.1:PORT/",
        "http://127.0.1:PORT/",
        "http://2130706433:PORT/",
        "http://0x7f000001:PORT/",
        "http://0x7f.0.0.1:PORT/",
        "http://0177.0.0.1:PORT/",
        "http://017700000001:PORT/",
        "http://0:PORT/",
        "http://0.0.0.0:PORT/",
        "http://localhost:PORT/",
        "http://LOCALHOST:PORT/",
        "http://localhost.:PORT/",
        "http://[::1]:PORT/",
        "http://[0:0:0:0:0:0:0:1]:PORT/",
        "http://[::]:PORT/",
        "http://[::ffff:127.0.0.1]:PORT/",
        "http://[::ffff:7f00:1]:PORT/",
        "http://[::127.0.0.1]:PORT/",
        "http://[64:ff9b::127.0.0.1]:PORT/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25lo]/",
        "http://[fe80::1%lo]/",
        "http://[::1%251]:PORT/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/latest/meta-data/",
        "http://0xA9FEA9FE/latest/meta-data/",
        "http://168.63.129.16/",
        "http://100.100.100.200/",
        "http://100.64.0.1/",
        "http://192.0.0.192/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.51.100.1/",
        "http://203.0.113.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://private.example/",
        "http://loopback6.example:PORT/",
        "http://mapped.example:PORT/",
        "http://metadata.example/",
        "http://mixed.example/",
        "http://example.com@127.0.0.1:PORT/",
        "http://example.com:80@127.0.0.1:PORT/",
        "http://127.0.0.1:PORT#@example.com/",
        "http://127.0.0.1:PORT\\@example.com/",
        "http://example.com\\@127.0.0.1:PORT/",
        "http://user:password@example.com/",
        "http://@example.com/",
        "http://127%2e0%2e0%2e1:PORT/",
        "http://%31%32%37.0.0.1:PORT/",
        "http://127\u30020\u30020\u30021:PORT/",
        "http://127\uFF610\uFF610\uFF611:PORT/",
        "http://\u2460\u2461\u2466.\u24EA.\u24EA.\u2460:PORT/",
        "http://\uFF11\uFF12\uFF17.0.0.1:PORT/",
        "http://l\u00ADocalhost:PORT/",
        "http:127.0.0.1:PORT/",
        "http:/127.0.0.1:PORT/",
        "http:///127.0.0.1:PORT/",
        "http:\\\\127.0.0.1:PORT\\",
        "http://127.0.0.1:PORT\r\nHost: example.com/",
        "http://127.0.0.1\t:PORT/",
        "http://127.0.0.1\0.example.com:PORT/",
        " http://127.0.0.1:PORT/",
        "http://example.com:22/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "https://127.0.0.1:PORT/",
        "http://",
        "http://?",
        "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/_GET",
        "ftp://127.0.0.1:PORT/a.jpg",
        "dict://127.0.0.1:PORT/info",
        "ldap://127.0.0.1:PORT/",
        "jar:http://127.0.0.1:PORT/!/",
        "//127.0.0.1:PORT/",
        "127.0.0.1:PORT/",
        "javascript:alert(1)",
        "",
    ];

    public static TheoryData<string> Hostile => [.. Urls];

    public static TheoryData<string> HostileRedirects => [.. Urls.Where(url => url.StartsWith("http", StringComparison.Ordinal) && !url.Any(char.IsControl) && url.All(char.IsAscii))];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task FetchAsync_HostileUrl_IsRefusedWithoutAConnection(string url)
    {
        await using LoopbackServer server = new("200 OK");
        FakeNetwork network = Network();
        using HttpSource source = Source(network, new HttpSourceOptions { FurtherPorts = { server.Port } });

        ImageSourceException refused = await RefusedAsync(source, url.Replace("PORT", $"{server.Port}", StringComparison.Ordinal));

        Assert.Equal(FailureReason.ForbiddenSource, refused.Reason);
        Assert.False(refused.Retryable);
        Assert.Empty(network.Attempts);
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [MemberData(nameof(HostileRedirects))]
    public async Task FetchAsync_RedirectToHostileUrl_IsRefusedWithoutAConnection(string url)
    {
        await using LoopbackServer target = new("200 OK");
        string location = url.Replace("PORT", $"{target.Port}", StringComparison.Ordinal);
        await using LoopbackServer redirector = new($"302 Found\r\nLocation: {location}");
        FakeNetwork network = Network();
        using HttpSource source = Source(network, new HttpSourceOptions { InternalHosts = { $"redirector.example:{redirector.Port}" }, FurtherPorts = { target.Port } });

        ImageSourceException refused = await RefusedAsync(source, $"http://redirector.example:{redirector.Port}/");

        // A target that is no absolute URL is a path on the redirecting server, which then redirects until the limit.
        Assert.True(refused.Reason is FailureReason.ForbiddenSource or FailureReason.Unreadable, refused.Message);
        Assert.All(network.Attempts, attempt => Assert.Equal(redirector.Port, attempt.Port));
        Assert.Equal(0, target.Connections);
    }

    [Theory]
    [InlineData("https://a.example/", "http://a.example/", true)]
    [InlineData("https://a.example/", "https://b.example/", false)]
    [InlineData("http://a.example/", "https://a.example/", false)]
    [InlineData("http://a.example/", "http://b.example/", false)]
    public void LosesEncryption_Redirect_IsFromHttpsToHttpOnly(string from, string to, bool loses) =>
        Assert.Equal(loses, UrlPolicy.LosesEncryption(new Uri(from), new Uri(to)));

    [Fact]
    public async Task FetchAsync_NameThatIsResolvedToAnotherAddressLater_IsContactedAtTheCheckedAddress()
    {
        await using LoopbackServer server = new("200 OK\r\nContent-Length: 3", [1, 2, 3]);
        FakeNetwork network = new FakeNetwork(server.Port).With("rebinding.example", "93.184.216.34").With("rebinding.example", "127.0.0.1");
        using HttpSource source = Source(network, new HttpSourceOptions());

        byte[] bytes = await source.ReadAsync("http://rebinding.example/a.jpg", CancellationToken.None);

        Assert.Equal([1, 2, 3], bytes);
        Assert.Equal([IPEndPoint.Parse("93.184.216.34:80")], network.Attempts);
        Assert.Equal(1, network.Resolutions);

        ImageSourceException refused = await RefusedAsync(source, "http://rebinding.example/a.jpg");
        Assert.Equal(FailureReason.ForbiddenSource, refused.Reason);
        Assert.Single(network.Attempts);
    }

    [Theory]
    [InlineData("http://metadata.internal/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://unspecified.internal/")]
    public async Task FetchAsync_InternalHostAtMetadataAddress_IsRefused(string url)
    {
        FakeNetwork network = new FakeNetwork().With("metadata.internal", "169.254.169.254").With("unspecified.internal", "0.0.0.0");
        using HttpSource source = Source(network, new HttpSourceOptions { InternalHosts = { "*.internal", "169.254.169.254" } });

        Assert.Equal(FailureReason.ForbiddenSource, (await RefusedAsync(source, url)).Reason);
        Assert.Empty(network.Attempts);
    }

    [Theory]
    [InlineData("http://photos.internal/a.jpg", "photos.internal", true)]
    [InlineData("http://PHOTOS.internal./a.jpg", "photos.internal", true)]
    [InlineData("http://photos.internal:8080/a.jpg", "photos.internal:8080", true)]
    [InlineData("http://photos.internal/a.jpg", "photos.internal:8080", false)]
    [InlineData("http://photos.internal:8080/a.jpg", "photos.internal", false)]
    [InlineData("http://photos.internal/a.jpg", "*.internal", true)]
    [InlineData("http://photos.internal/a.jpg", "*.photos.internal", false)]
    [InlineData("http://photos.internal/a.jpg", "*.ternal", false)]
    [InlineData("http://photos.internal/a.jpg", "internal", false)]
    public async Task FetchAsync_InternalHost_IsContactedWhereItIsListed(string url, string listed, bool contacted)
    {
        FakeNetwork network = new FakeNetwork().With("photos.internal", "10.0.0.7");
        using HttpSource source = Source(network, new HttpSourceOptions { InternalHosts = { listed } });

        ImageSourceException failed = await RefusedAsync(source, url);

        Assert.Equal(contacted ? FailureReason.Internal : FailureReason.ForbiddenSource, failed.Reason);
        Assert.Equal(contacted, !network.Attempts.IsEmpty);
    }

    [Fact]
    public async Task FetchAsync_PublicHostWhereNoneAreAllowed_IsRefused()
    {
        FakeNetwork network = new FakeNetwork().With("example.com", "93.184.216.34");
        using HttpSource source = Source(network, new HttpSourceOptions { PublicHosts = false });

        Assert.Equal(FailureReason.ForbiddenSource, (await RefusedAsync(source, "http://example.com/a.jpg")).Reason);
        Assert.Equal(0, network.Resolutions);
    }

    private static FakeNetwork Network() => new FakeNetwork()
        .With("localhost", "127.0.0.1", "::1")
        .With("example.com", "93.184.216.34")
        .With("redirector.example", "127.0.0.1")
        .With("private.example", "10.1.2.3")
        .With("loopback6.example", "::1")
        .With("mapped.example", "::ffff:127.0.0.1")
        .With("metadata.example", "169.254.169.254")
        .With("mixed.example", "93.184.216.34", "192.168.0.1");

    private static HttpSource Source(FakeNetwork network, HttpSourceOptions options) => new(options, 1000, network, TimeProvider.System);

    private static Task<ImageSourceException> RefusedAsync(HttpSource source, string url)
    {
        ImageFetcher fetcher = new([source], new ImageSourceOptions(), TimeProvider.System);
        return Assert.ThrowsAsync<ImageSourceException>(() => fetcher.FetchAsync(url, CancellationToken.None));
    }
}
