using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Captioning.Contracts;
using Captioning.Worker.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Sources;

public sealed class HttpSourceTests
{
    private const int MaxBytes = 200_000;
    private static readonly byte[] Photo = [.. Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7))];

    [Theory]
    [InlineData("200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 150000")]
    [InlineData("200 OK\r\nContent-Type: image/jpeg")]
    [InlineData("200 OK\r\nContent-Type: IMAGE/PNG; charset=binary")]
    [InlineData("200 OK\r\nContent-Type: application/octet-stream")]
    [InlineData("200 OK\r\nContent-Encoding: identity")]
    [InlineData("200 OK")]
    public async Task FetchAsync_Image_IsRead(string head)
    {
        await using LoopbackServer server = new(head, Photo);

        FetchedImage image = await FetchAsync(server, server.Url("/a b.jpg?signature=secret"));

        Assert.Equal(Photo, image.Bytes.ToArray());
        Assert.Equal(server.Url("/a%20b.jpg"), image.Name);
        Assert.Equal(["/a%20b.jpg?signature=secret"], server.Targets);
    }

    [Theory]
    [InlineData("404 Not Found", FailureReason.NotFound, false)]
    [InlineData("410 Gone", FailureReason.NotFound, false)]
    [InlineData("401 Unauthorized", FailureReason.Unreadable, false)]
    [InlineData("403 Forbidden", FailureReason.Unreadable, false)]
    [InlineData("204 No Content", FailureReason.Unreadable, false)]
    [InlineData("206 Partial Content", FailureReason.Unreadable, false)]
    [InlineData("408 Request Timeout", FailureReason.TimedOut, true)]
    [InlineData("429 Too Many Requests", FailureReason.Internal, true)]
    [InlineData("500 Internal Server Error", FailureReason.Internal, true)]
    [InlineData("503 Service Unavailable", FailureReason.Internal, true)]
    [InlineData("200 OK\r\nContent-Type: text/html", FailureReason.Unsupported, false)]
    [InlineData("200 OK\r\nContent-Type: image/jpeg\r\nContent-Encoding: gzip", FailureReason.Unsupported, false)]
    [InlineData("200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 0", FailureReason.Unreadable, false)]
    [InlineData("200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9999999999", FailureReason.TooLarge, false)]
    [InlineData("200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 200000", FailureReason.Internal, true)]
    [InlineData("302 Found", FailureReason.Unreadable, false)]
    [InlineData("nonsense", FailureReason.Internal, true)]
    public async Task FetchAsync_Failure_IsTyped(string head, FailureReason reason, bool retryable)
    {
        await using LoopbackServer server = new(head, head.EndsWith(": 0", StringComparison.Ordinal) ? [] : Photo);

        ImageSourceException failed = await FailAsync(server, server.Url("/a.jpg?signature=secret"));

        Assert.Equal(reason, failed.Reason);
        Assert.Equal(retryable, failed.Retryable);
        Assert.Contains(server.Url("/a.jpg"), failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchAsync_CompressedBomb_IsNotUnpacked()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[10_000_000]);
        }

        await using LoopbackServer server = new("200 OK\r\nContent-Encoding: gzip", packed.ToArray());

        Assert.Equal(FailureReason.Unsupported, (await FailAsync(server, server.Url("/a.jpg"))).Reason);
    }

    [Fact]
    public async Task FetchAsync_EndlessBodyWithoutLength_IsTooLarge()
    {
        await using LoopbackServer server = new(async (_, stream, token) =>
        {
            await LoopbackServer.RespondAsync(stream, "200 OK", ReadOnlyMemory<byte>.Empty, token);
            while (true)
            {
                await stream.WriteAsync(Photo, token);
            }
        });

        Assert.Equal(FailureReason.TooLarge, (await FailAsync(server, server.Url("/a.jpg"))).Reason);
    }

    [Fact]
    public async Task FetchAsync_BodyOfExactlyTheLimit_IsRead()
    {
        await using LoopbackServer server = new("200 OK", new byte[MaxBytes]);

        Assert.Equal(MaxBytes, (await FetchAsync(server, server.Url("/a.jpg"))).Bytes.Length);
    }

    [Fact]
    public async Task FetchAsync_Redirects_AreFollowed()
    {
        await using LoopbackServer server = new((request, stream, token) => request.Target switch
        {
            "/1" => LoopbackServer.RespondAsync(stream, "301 Moved Permanently\r\nLocation: /2", default, token),
            "/2" => LoopbackServer.RespondAsync(stream, $"302 Found\r\nLocation: //127.0.0.1:{request.Header("Host")!.Split(':')[1]}/3", default, token),
            "/3" => LoopbackServer.RespondAsync(stream, "307 Temporary Redirect\r\nLocation: d/4?x=1#y", default, token),
            "/d/4?x=1" => LoopbackServer.RespondAsync(stream, $"308 Permanent Redirect\r\nLocation: http://{request.Header("Host")}/5", default, token),
            _ => LoopbackServer.RespondAsync(stream, "200 OK", Photo, token),
        });

        FetchedImage image = await FetchAsync(server, server.Url("/1"));

        Assert.Equal(Photo, image.Bytes.ToArray());
        Assert.Equal(["/1", "/2", "/3", "/d/4?x=1", "/5"], server.Targets);
    }

    [Fact]
    public async Task FetchAsync_RedirectLoop_EndsAtTheLimit()
    {
        await using LoopbackServer server = new("302 Found\r\nLocation: /again?signature=secret");

        ImageSourceException failed = await FailAsync(server, server.Url("/a.jpg"));

        Assert.Equal(FailureReason.Unreadable, failed.Reason);
        Assert.Equal(6, server.Connections);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchAsync_RedirectToNothing_NamesBothUrls()
    {
        await using LoopbackServer server = new((request, stream, token) => request.Target == "/a.jpg"
            ? LoopbackServer.RespondAsync(stream, "302 Found\r\nLocation: http://user:secret@127.0.0.1/b.jpg", default, token)
            : LoopbackServer.RespondAsync(stream, "404 Not Found", default, token));

        ImageSourceException failed = await FailAsync(server, server.Url("/a.jpg"));

        Assert.Equal(FailureReason.ForbiddenSource, failed.Reason);
        Assert.Contains("/a.jpg", failed.Message, StringComparison.Ordinal);
        Assert.Contains("/b.jpg", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "seconds")]
    [InlineData(true, "answer")]
    public async Task FetchAsync_ServerThatStalls_TimesOut(bool beforeHeaders, string expected)
    {
        FakeTimeProvider time = new();
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = new(async (_, stream, token) =>
        {
            if (!beforeHeaders)
            {
                await LoopbackServer.RespondAsync(stream, "200 OK\r\nContent-Length: 10", new byte[5], token);
            }

            stalled.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });
        using HttpSource source = Source(server, time);
        ImageFetcher fetcher = new([source], new ImageSourceOptions { Timeout = TimeSpan.FromSeconds(beforeHeaders ? 30 : 7) }, time);

        Task<FetchedImage> fetching = fetcher.FetchAsync(server.Url("/a.jpg"), CancellationToken.None);
        await stalled.Task;
        time.Advance(TimeSpan.FromSeconds(11));

        ImageSourceException failed = await Assert.ThrowsAsync<ImageSourceException>(() => fetching);
        Assert.Equal(FailureReason.TimedOut, failed.Reason);
        Assert.True(failed.Retryable);
        Assert.Contains(expected, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchAsync_Cancelled_IsNoFailureOfTheImage()
    {
        using CancellationTokenSource cancellation = new();
        await using LoopbackServer server = new(async (_, _, token) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });
        using HttpSource source = Source(server, TimeProvider.System);
        ImageFetcher fetcher = new([source], new ImageSourceOptions(), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.FetchAsync(server.Url("/a.jpg"), cancellation.Token));
    }

    [Fact]
    public async Task FetchAsync_NobodyListening_IsRetryable()
    {
        LoopbackServer server = new("200 OK");
        string url = server.Url("/a.jpg");
        using HttpSource source = Source(server, TimeProvider.System);
        await server.DisposeAsync();

        ImageSourceException failed = await FailAsync(source, url);

        Assert.Equal(FailureReason.Internal, failed.Reason);
        Assert.True(failed.Retryable);
    }

    [Fact]
    public async Task FetchAsync_UnknownHost_IsNotFound()
    {
        using HttpSource source = new(new HttpSourceOptions(), MaxBytes, new FakeNetwork(), TimeProvider.System);

        ImageSourceException failed = await FailAsync(source, "http://nowhere.example/a.jpg");

        Assert.Equal(FailureReason.NotFound, failed.Reason);
        Assert.False(failed.Retryable);
    }

    [Fact]
    public async Task FetchAsync_ServerThatHangsUp_IsRetryable()
    {
        await using LoopbackServer server = new((_, _, _) => Task.CompletedTask);

        ImageSourceException failed = await FailAsync(server, server.Url("/a.jpg"));

        Assert.Equal(FailureReason.Internal, failed.Reason);
        Assert.True(failed.Retryable);
    }

    [Fact]
    public async Task FetchAsync_CertificateOfNobodysTrust_IsUnreadable()
    {
        using RSA key = RSA.Create(2048);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using HttpSource source = new(new HttpSourceOptions { InternalHosts = { $"127.0.0.1:{port}" } }, MaxBytes, new SystemNetwork(), TimeProvider.System);

        Task<ImageSourceException> failing = FailAsync(source, $"https://127.0.0.1:{port}/a.jpg");
        using TcpClient client = await listener.AcceptTcpClientAsync();
        await using SslStream tls = new(client.GetStream());
        await Record.ExceptionAsync(() => tls.AuthenticateAsServerAsync(certificate));

        ImageSourceException failed = await failing;
        Assert.Equal(FailureReason.Unreadable, failed.Reason);
        Assert.Contains("certificate", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchAsync_FirstAddressDead_UsesTheNext()
    {
        await using LoopbackServer server = new("200 OK", Photo);
        FakeNetwork network = new FakeNetwork().With("photos.internal", "10.0.0.1", "127.0.0.1");
        using HttpSource source = new(new HttpSourceOptions { InternalHosts = { $"photos.internal:{server.Port}" } }, MaxBytes, network, TimeProvider.System);

        byte[] bytes = await source.ReadAsync($"http://photos.internal:{server.Port}/a.jpg", CancellationToken.None);

        Assert.Equal(Photo, bytes);
        Assert.Equal(2, network.Attempts.Count);
    }

    private static HttpSource Source(LoopbackServer server, TimeProvider time) =>
        new(new HttpSourceOptions { InternalHosts = { $"127.0.0.1:{server.Port}" } }, MaxBytes, new SystemNetwork(), time);

    private static async Task<FetchedImage> FetchAsync(LoopbackServer server, string url)
    {
        using HttpSource source = Source(server, TimeProvider.System);
        return await new ImageFetcher([source], new ImageSourceOptions(), TimeProvider.System).FetchAsync(url, CancellationToken.None);
    }

    private static async Task<ImageSourceException> FailAsync(LoopbackServer server, string url)
    {
        using HttpSource source = Source(server, TimeProvider.System);
        return await FailAsync(source, url);
    }

    private static Task<ImageSourceException> FailAsync(HttpSource source, string url) => Assert.ThrowsAsync<ImageSourceException>(
        () => new ImageFetcher([source], new ImageSourceOptions(), TimeProvider.System).FetchAsync(url, CancellationToken.None));
}
