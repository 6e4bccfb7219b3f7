using System.Net;
using System.Text.Json;
using Captioning.Worker.Tests.Broker;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Http.Limits;

public sealed class LimitTests
{
    [Fact]
    public async Task Post_MoreThanIsTakenAtOnce_IsTooLarge()
    {
        await using ApiHost api = await ApiHost.StartAsync(
            [("Captioning:Http:MaxUploadBytes", "2000"), ("Captioning:Http:MaxImages", "2"), ("Captioning:Sources:MaxBytes", "1000"), ("Captioning:Sources:MaxInlineBytes", "1000")]);

        using HttpResponseMessage body = await api.PostAsync(new { image = new string('x', 2001) });
        Assert.Contains("The request's body", await DetailAsync(body, HttpStatusCode.RequestEntityTooLarge, "TooLarge"), StringComparison.Ordinal);
        using HttpResponseMessage image = await api.PostAsync(new byte[1001]);
        Assert.Contains("1,000 bytes", await DetailAsync(image, HttpStatusCode.RequestEntityTooLarge, "TooLarge"), StringComparison.Ordinal);
        using HttpResponseMessage images = await api.PostAsync(new { images = new[] { SmallImages.Uri(1), SmallImages.Uri(2), SmallImages.Uri(3) } });
        Assert.Contains("more than 2 images", await DetailAsync(images, HttpStatusCode.RequestEntityTooLarge, "TooLarge"), StringComparison.Ordinal);
        using MultipartFormDataContent form = ApiHost.Form(
            ("image", ("1", SmallImages.Bmp(1))), ("image", ("2", SmallImages.Bmp(2))), ("image", ("3", SmallImages.Bmp(3))));
        using HttpResponseMessage parts = await api.Client.PostAsync("/v1/captions", form);
        Assert.Contains("more than 2 images", await DetailAsync(parts, HttpStatusCode.RequestEntityTooLarge, "TooLarge"), StringComparison.Ordinal);
        using StringContent chunked = new(new string('x', 2001), null, "image/png");
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/captions") { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage unannounced = await api.Client.SendAsync(request);
        await DetailAsync(unannounced, HttpStatusCode.RequestEntityTooLarge, "TooLarge");
    }

    [Fact]
    public async Task Post_PastTheClientsConcurrency_IsToComeBackLater()
    {
        await using GatedPictures pictures = new();
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Http:ClientConcurrency", "2"), ApiHost.Reads(pictures.Server)]);
        GatedPictures.Gate[] gates = [pictures.Hold(), pictures.Hold()];
        Task<HttpResponseMessage>[] held = [.. gates.Select(gate => api.PostAsync(new { image = gate.Url }))];
        await Task.WhenAll(gates.Select(gate => gate.Asked.Task));

        HttpResponseMessage[] refused = await Task.WhenAll(Enumerable.Range(0, 62).Select(i => api.PostAsync(SmallImages.Bmp(i))));

        Assert.All(refused, response => Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode));
        Assert.All(refused, response => Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1)));
        await DetailAsync(refused[0], HttpStatusCode.TooManyRequests, "Internal");
        using (HttpResponseMessage status = await api.Client.GetAsync("/v1/status"))
        {
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        }

        Array.ForEach(gates, gate => gate.Opened.SetResult());
        Assert.All(await Task.WhenAll(held), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        using HttpResponseMessage after = await api.PostAsync(SmallImages.Bmp(1));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Post_PastTheClientsRate_IsToldHowLongToWait()
    {
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Http:ClientRequestsPerMinute", "12")]);

        using HttpResponseMessage first = await api.PostAsync(SmallImages.Bmp(1));
        using HttpResponseMessage second = await api.PostAsync(SmallImages.Bmp(1));
        using HttpResponseMessage third = await api.PostAsync(SmallImages.Bmp(1));

        // Two are in the bucket, and the next comes after five seconds.
        HttpResponseMessage refused = Assert.Single([first, second, third], response => response.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
        using HttpResponseMessage status = await api.Client.GetAsync("/v1/status");
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
    }

    [Fact]
    public async Task Post_PastTheMemoryForUploads_IsToComeBackLater()
    {
        await using GatedPictures pictures = new();
        await using ApiHost api = await ApiHost.StartAsync(
            [("Captioning:Http:MaxUploadBytes", "10000"), ("Captioning:Http:UploadMemory", "10240"), ApiHost.Reads(pictures.Server)]);
        GatedPictures.Gate gate = pictures.Hold();
        using MultipartFormDataContent form = ApiHost.Form(("url", gate.Url), ("image", ("large.bmp", new byte[8000])));
        Task<HttpResponseMessage> held = api.Client.PostAsync("/v1/captions", form);
        await gate.Asked.Task;

        using HttpResponseMessage refused = await api.PostAsync(new byte[8000]);
        await DetailAsync(refused, HttpStatusCode.TooManyRequests, "Internal");
        using HttpResponseMessage small = await api.PostAsync(SmallImages.Bmp(1));
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);

        gate.Opened.SetResult();
        (await held).Dispose();
        using HttpResponseMessage after = await api.PostAsync(new byte[8000]);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, after.StatusCode);
    }

    [Fact]
    public async Task Post_PastTheTime_IsTimedOut()
    {
        FakeTimeProvider time = new();
        await using GatedPictures pictures = new();
        await using ApiHost api = await ApiHost.StartAsync(
            [("Captioning:Http:RequestTimeout", "00:01:00"), ("Captioning:Sources:Timeout", "01:00:00"), ApiHost.Reads(pictures.Server)], time);
        GatedPictures.Gate gate = pictures.Hold();
        Task<HttpResponseMessage> held = api.PostAsync(new { images = new[] { gate.Url, "data:text/plain,a" } });
        await gate.Asked.Task;

        time.Advance(TimeSpan.FromMinutes(1));

        using HttpResponseMessage response = await held;
        JsonElement[] results = [.. (await ApiHost.JsonAsync(response)).GetProperty("results").EnumerateArray()];
        Assert.Equal(("TimedOut", 408, true), (results[0].GetProperty("reason").GetString(), results[0].GetProperty("status").GetInt32(), results[0].GetProperty("retryable").GetBoolean()));
        Assert.Contains("within 60 seconds", results[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Unsupported", results[1].GetProperty("reason").GetString());
        await gate.GivenUp.Task.WaitAsync(RabbitMqFixture.Patience);
    }

    [Fact]
    public async Task Post_WithoutEngine_IsToComeBackLater()
    {
        using TemporaryFolder empty = new();
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Engine:Models", empty.Root)], ready: false);

        using HttpResponseMessage response = await api.PostAsync(SmallImages.Bmp(1));

        await DetailAsync(response, HttpStatusCode.ServiceUnavailable, "Internal");
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        using HttpResponseMessage status = await api.Client.GetAsync("/v1/status");
        JsonElement json = await ApiHost.JsonAsync(status);
        Assert.False(json.GetProperty("ready").GetBoolean());
        Assert.NotEmpty(json.GetProperty("problem").GetString()!);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("model").ValueKind);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response, HttpStatusCode status, string reason)
    {
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        JsonElement problem = await ApiHost.JsonAsync(response);
        Assert.Equal(reason, problem.GetProperty("reason").GetString());
        return problem.GetProperty("detail").GetString()!;
    }
}
