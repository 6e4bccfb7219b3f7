using Captioning.Contracts;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

public sealed class S3SourceTests : IAsyncLifetime
{
    private static readonly byte[] Photo = [1, 2, 3, 4];
    private readonly FakeS3 _s3 = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _s3.DisposeAsync();

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("2024/beach day%41#ü?+&=@.jpg")]
    [InlineData("2024/%2e%2e/a.jpg")]
    [InlineData("..a/b../c...jpg")]
    public async Task FetchAsync_Object_IsRead(string key)
    {
        _s3.Objects[$"/photos/{key}"] = Photo;

        Assert.Equal(Photo, (await FetchAsync($"s3://photos/{key}")).Bytes.ToArray());
    }

    [Theory]
    [InlineData("s3://private/a.jpg")]
    [InlineData("s3://photos/../private/a.jpg")]
    [InlineData("s3://photos/./../private/a.jpg")]
    [InlineData("s3://photos/a/../../private/a.jpg")]
    [InlineData("s3://photos/..\\private\\a.jpg")]
    [InlineData("s3://photos/..")]
    [InlineData("s3://photos//private/a.jpg")]
    [InlineData("s3://photos/")]
    [InlineData("s3://photos")]
    [InlineData("s3:///a.jpg")]
    [InlineData("s3:photos/a.jpg")]
    [InlineData("s3://user@photos/a.jpg")]
    [InlineData("s3://PHOTOS/a.jpg")]
    [InlineData("s3://photos\0/a.jpg")]
    [InlineData("s3://photos/a\r\n.jpg")]
    [InlineData("s3://photos?/a.jpg")]
    public async Task FetchAsync_OutsideTheBucket_IsRefusedWithoutARequest(string uri)
    {
        _s3.Objects["/private/a.jpg"] = Photo;

        ImageSourceException failed = await FailAsync(uri);

        Assert.Equal(FailureReason.ForbiddenSource, failed.Reason);
        Assert.Equal(0, _s3.Requests);
    }

    [Fact]
    public async Task FetchAsync_Missing_IsNotFound()
    {
        ImageSourceException failed = await FailAsync("s3://photos/missing.jpg");

        Assert.Equal(FailureReason.NotFound, failed.Reason);
        Assert.False(failed.Retryable);
    }

    [Fact]
    public async Task FetchAsync_TooLarge_IsTyped()
    {
        _s3.Objects["/photos/a.jpg"] = new byte[11];

        Assert.Equal(FailureReason.TooLarge, (await FailAsync("s3://photos/a.jpg")).Reason);
    }

    [Theory]
    [InlineData("403 Forbidden", "AccessDenied", FailureReason.Unreadable, false)]
    [InlineData("503 Service Unavailable", "SlowDown", FailureReason.Internal, true)]
    [InlineData("500 Internal Server Error", "InternalError", FailureReason.Internal, true)]
    public async Task FetchAsync_Refusal_IsTyped(string status, string code, FailureReason reason, bool retryable)
    {
        _s3.Failure = (status, code);

        ImageSourceException failed = await FailAsync("s3://photos/a.jpg");

        Assert.Equal(reason, failed.Reason);
        Assert.Equal(retryable, failed.Retryable);
        Assert.Contains(code, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("test-secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchAsync_NobodyListening_IsRetryable()
    {
        FakeS3 gone = new();
        using Amazon.S3.IAmazonS3 client = S3Clients.Create(gone.Options);
        await gone.DisposeAsync();
        S3Source source = new(client, ["photos"], 10);

        ImageSourceException failed = await Assert.ThrowsAsync<ImageSourceException>(() => source.ReadAsync("s3://photos/a.jpg", CancellationToken.None));

        Assert.Equal(FailureReason.Internal, failed.Reason);
        Assert.True(failed.Retryable);
    }

    private Task<FetchedImage> FetchAsync(string uri) => new ImageFetcher(
        [new S3Source(_s3.Client, ["photos"], 10)], new ImageSourceOptions(), TimeProvider.System).FetchAsync(uri, CancellationToken.None);

    private Task<ImageSourceException> FailAsync(string uri) => Assert.ThrowsAsync<ImageSourceException>(() => FetchAsync(uri));
}
