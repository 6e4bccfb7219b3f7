using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Captioning.Contracts;
using Captioning.Worker.Http.Discovery;
using Captioning.Worker.Telemetry;
using Captioning.Worker.Tests.Broker;
using ImageMagick;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Http.Discovery;

[Collection(HttpGroup.Name)]
public sealed class DiscoveryTests(HttpFixture http)
{
    [Fact]
    public async Task GetModels_TheOneThatAnswers_IsCurrent()
    {
        JsonElement model = Assert.Single((await GetAsync("/v1/models")).GetProperty("models").EnumerateArray(), model => model.GetProperty("current").GetBoolean());

        Assert.Equal(("efficientnet-lite2-260-flickr8k", "attention"), (model.GetProperty("id").GetString(), model.GetProperty("architecture").GetString()));
        Assert.NotEmpty(model.GetProperty("version").GetString()!);
    }

    [Fact]
    public async Task GetVoices_All_AreThere()
    {
        JsonElement voices = await GetAsync("/v1/voices");

        Assert.Equal("en_US-joe-medium", voices.GetProperty("default").GetString());
        JsonElement voice = Assert.Single(voices.GetProperty("voices").EnumerateArray());
        Assert.Equal(("en_US-joe-medium", "Joe", "en_US", 22050), (voice.GetProperty("id").GetString(), voice.GetProperty("name").GetString(), voice.GetProperty("language").GetString(), voice.GetProperty("sampleRate").GetInt32()));
    }

    [Fact]
    public async Task GetSamples_Each_IsAPhotoThatIsFetchedOnce()
    {
        JsonElement[] samples = [.. (await GetAsync("/v1/samples")).GetProperty("samples").EnumerateArray()];

        Assert.Equal(Directory.GetFiles(Repository.Samples).Select(Path.GetFileName).Order(StringComparer.Ordinal), samples.Select(sample => sample.GetProperty("name").GetString()));
        foreach (JsonElement sample in samples)
        {
            string name = sample.GetProperty("name").GetString()!;
            using HttpResponseMessage response = await http.Api.Client.GetAsync(sample.GetProperty("url").GetString());
            Assert.Equal(Path.GetExtension(name) == ".png" ? "image/png" : "image/jpeg", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(await File.ReadAllBytesAsync(Repository.Sample(name)), await response.Content.ReadAsByteArrayAsync());
            Assert.True(response.Headers.CacheControl?.MaxAge > TimeSpan.Zero);
            EntityTagHeaderValue tag = response.Headers.ETag!;
            using HttpRequestMessage known = new(HttpMethod.Get, sample.GetProperty("url").GetString()) { Headers = { IfNoneMatch = { tag } } };
            using HttpResponseMessage unchanged = await http.Api.Client.SendAsync(known);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }
    }

    [Fact]
    public async Task GetSamples_Each_HasASmallPicture()
    {
        foreach (JsonElement sample in (await GetAsync("/v1/samples")).GetProperty("samples").EnumerateArray())
        {
            using HttpResponseMessage response = await http.Api.Client.GetAsync(sample.GetProperty("thumbnail").GetString());
            using MagickImage thumbnail = new(await response.Content.ReadAsByteArrayAsync());
            using MagickImage photo = new(Repository.Sample(sample.GetProperty("name").GetString()!));

            Assert.Equal("image/jpeg", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(320u, Math.Max(thumbnail.Width, thumbnail.Height));
            Assert.Equal(photo.Width / (double)photo.Height, thumbnail.Width / (double)thumbnail.Height, 0.01);
            Assert.True(response.Headers.CacheControl?.MaxAge > TimeSpan.Zero);
            Assert.NotNull(response.Headers.ETag);
        }
    }

    [Theory]
    [InlineData("..%2Fcaptioning.dll")]
    [InlineData("..%5Ccaptioning.dll")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("none.png")]
    [InlineData("none.png/thumbnail")]
    [InlineData("..%2Fcaptioning.dll/thumbnail")]
    public async Task GetSample_WhatIsNoSample_IsNotFound(string name)
    {
        using HttpResponseMessage response = await http.Api.Client.GetAsync($"/v1/samples/{name}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task GetStatus_AfterACaption_CountsIt()
    {
        long before = (await GetAsync("/v1/status")).GetProperty("captioned").GetInt64();
        using (HttpResponseMessage caption = await http.Api.PostAsync(SmallImages.Bmp(1)))
        {
            Assert.Equal(HttpStatusCode.OK, caption.StatusCode);
        }

        JsonElement status = await GetAsync("/v1/status");
        Assert.True(status.GetProperty("ready").GetBoolean());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("problem").ValueKind);
        Assert.Equal(("efficientnet-lite2-260-flickr8k", "cpu"), (status.GetProperty("model").GetProperty("id").GetString(), status.GetProperty("device").GetString()));
        Assert.True(status.GetProperty("captioned").GetInt64() > before);
        Assert.Equal((true, true), (status.GetProperty("feedback").GetBoolean(), status.GetProperty("speech").GetBoolean()));
        Assert.Equal(["interactive", "bulk"], status.GetProperty("queue").EnumerateObject().Select(queue => queue.Name));
        Assert.Equal((64L << 20, 32), (status.GetProperty("limits").GetProperty("maxUploadBytes").GetInt64(), status.GetProperty("limits").GetProperty("maxImages").GetInt32()));
    }

    [Fact]
    public async Task GetMetrics_AfterARequest_HaveItsDuration() => Assert.Contains(
        "http_server_request_duration_seconds_count", await http.Api.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);

    [Fact]
    public async Task GetPage_FromAnyFolder_IsRevalidated()
    {
        using HttpResponseMessage response = await http.Api.Client.GetAsync("/");

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public void ImagesPerSecond_AreThoseOfTheLastTenSeconds()
    {
        FakeTimeProvider time = new();
        using WorkMeter meter = new(time);
        long failed = meter.Failed;
        for (int i = 0; i < 20; i++)
        {
            WorkerMetrics.CountCaptioned();
        }

        WorkerMetrics.CountFailed(FailureReason.Unreadable);
        Assert.True(meter.Captioned >= 20);
        Assert.True(meter.Failed > failed);

        // Other services of this process may be at work, so there may be more.
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(meter.ImagesPerSecond(), 2, double.MaxValue);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, meter.ImagesPerSecond());
    }

    private async Task<JsonElement> GetAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await http.Api.Client.GetStringAsync(path));
}
