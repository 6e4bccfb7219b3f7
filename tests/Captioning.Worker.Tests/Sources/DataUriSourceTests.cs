using Captioning.Contracts;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

public sealed class DataUriSourceTests
{
    [Theory]
    [InlineData("data:image/png;base64,AQIDBA==", new byte[] { 1, 2, 3, 4 })]
    [InlineData("data:image/png;base64,AQIDBAU=", new byte[] { 1, 2, 3, 4, 5 })]
    [InlineData("DATA:IMAGE/jpeg;name=a.jpg;BASE64,AQID", new byte[] { 1, 2, 3 })]
    [InlineData("data:application/octet-stream;base64,+/+/", new byte[] { 0xFB, 0xFF, 0xBF })]
    public async Task FetchAsync_Image_IsDecoded(string uri, byte[] expected) =>
        Assert.Equal(expected, (await FetchAsync(uri)).Bytes.ToArray());

    [Theory]
    [InlineData("data:image/png;base64", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,AQIDBA", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,AQIDBA=", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,AQ==AQ==", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,AQ ID BA==", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,AQI\n", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,-_-_", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,%2B/+/", FailureReason.Unreadable)]
    [InlineData("data:image/png;base64,====", FailureReason.Unreadable)]
    [InlineData("data:image/png,AQID", FailureReason.Unsupported)]
    [InlineData("data:text/html;base64,AQID", FailureReason.Unsupported)]
    [InlineData("data:;base64,AQID", FailureReason.Unsupported)]
    [InlineData("data:base64,AQID", FailureReason.Unsupported)]
    [InlineData("data:image/png;base64,AQIDBAUGBwgJCg==", FailureReason.TooLarge)]
    public async Task FetchAsync_Bad_IsTypedAndNotRepeated(string uri, FailureReason reason)
    {
        ImageSourceException failed = await Assert.ThrowsAsync<ImageSourceException>(() => FetchAsync(uri));

        Assert.Equal(reason, failed.Reason);
        Assert.False(failed.Retryable);
        Assert.DoesNotContain("AQI", failed.Message, StringComparison.Ordinal);
    }

    private static Task<FetchedImage> FetchAsync(string uri) =>
        new ImageFetcher([new DataUriSource(9)], new ImageSourceOptions(), TimeProvider.System).FetchAsync(uri, CancellationToken.None);
}
