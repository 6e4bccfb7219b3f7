using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Captioning.Worker.Tests.Broker;
using ImageMagick;

namespace Captioning.Worker.Tests.Http.Captions;

[Collection(HttpGroup.Name)]
public sealed class CaptionEndpointTests(HttpFixture http)
{
    private static readonly byte[] Coffee = File.ReadAllBytes(Repository.Sample("coffee.png"));

    private ApiHost Api => http.Api;

    [Fact]
    public async Task Post_EveryKindOfBody_GetsTheSameCaption()
    {
        using MultipartFormDataContent form = ApiHost.Form(("image", ("coffee.png", Coffee)));
        using HttpResponseMessage uploaded = await Api.Client.PostAsync("/v1/captions", form);
        using HttpResponseMessage raw = await Api.PostAsync(Coffee);
        using HttpResponseMessage json = await Api.PostAsync(new { image = $"data:image/png;base64,{Convert.ToBase64String(Coffee)}" });
        using HttpResponseMessage sample = await Api.PostAsync(new { image = "/v1/samples/coffee.png" });

        JsonElement first = await OkAsync(uploaded);
        Assert.Equal("coffee.png", Text(first, "name"));
        Assert.Equal("image", Text(await OkAsync(raw), "name"));
        Assert.Matches(@"^[A-Z][^.]+\.$", Text(first, "caption"));
        Assert.Equal("coffee.png", Text(await OkAsync(sample), "name"));
        foreach (HttpResponseMessage response in new[] { raw, json, sample })
        {
            JsonElement other = await OkAsync(response);
            Assert.Equal(Text(first, "caption"), Text(other, "caption"));
            Assert.NotEqual(Text(first, "requestId"), Text(other, "requestId"));
        }
    }

    [Fact]
    public async Task Post_OneImage_TellsAllOfIt()
    {
        using MultipartFormDataContent form = ApiHost.Form(("image", ("coffee.png", Coffee)), ("candidates", "3"), ("tags", "a"), ("tags", "b"));
        using HttpResponseMessage response = await Api.Client.PostAsync("/v1/captions", form);

        JsonElement caption = await OkAsync(response);
        string id = Text(caption, "requestId");
        Assert.Equal("done", Text(caption, "status"));
        Assert.Equal(0, caption.GetProperty("index").GetInt32());
        Assert.Equal(3, caption.GetProperty("candidates").GetArrayLength());
        Assert.Equal(Text(caption, "caption"), Text(caption.GetProperty("candidates")[0], "text"));
        Assert.InRange(caption.GetProperty("score").GetDouble(), -20, 0);
        Assert.Equal("efficientnet-lite2-260-flickr8k", Text(caption.GetProperty("model"), "id"));
        Assert.Equal((600, 400, "png"), (caption.GetProperty("image").GetProperty("width").GetInt32(), caption.GetProperty("image").GetProperty("height").GetInt32(), Text(caption.GetProperty("image"), "format")));
        Assert.Equal(["a", "b"], caption.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal($"/v1/captions/{id}", Text(caption.GetProperty("links"), "self"));
        Assert.Equal($"/v1/captions/{id}/audio", Text(caption.GetProperty("links"), "audio"));
        Assert.False(caption.TryGetProperty("attention", out _));
        Assert.False(caption.GetProperty("words")[0].TryGetProperty("attention", out _));
        Assert.False(caption.GetProperty("timings").TryGetProperty("fetch", out _));

        using HttpResponseMessage again = await Api.Client.GetAsync($"/v1/captions/{id}");
        Assert.Equal(caption.GetRawText(), (await OkAsync(again)).GetRawText());
    }

    [Fact]
    public async Task Post_Attention_IsAMapForEachWord()
    {
        byte[] image = SmallImages.Bmp(1);
        using HttpResponseMessage without = await Api.PostAsync(image);
        using HttpResponseMessage with = await Api.PostAsync(image, "?attention=true");

        JsonElement caption = await OkAsync(with);
        Assert.Equal(Text(await OkAsync(without), "caption"), Text(caption, "caption"));
        Assert.Equal((9, 9), (caption.GetProperty("attention").GetProperty("rows").GetInt32(), caption.GetProperty("attention").GetProperty("columns").GetInt32()));
        Assert.All(caption.GetProperty("words").EnumerateArray(), word =>
        {
            double[] map = [.. word.GetProperty("attention").EnumerateArray().Select(weight => weight.GetDouble())];
            Assert.Equal(81, map.Length);
            Assert.Equal(1, map.Sum(), 3);
            Assert.All(map, weight => Assert.InRange(weight, 0, 1));
            Assert.True(map.Max() > 1.05 / 81, "The model looks at everything alike.");
        });
    }

    [Fact]
    public async Task Post_SeveralImages_AreAnsweredInTheirOrder()
    {
        using MultipartFormDataContent form = ApiHost.Form(
            ("image", ("coffee.png", Coffee)), ("image", ("text.jpg", "This is no photo."u8.ToArray())), ("image", ("small.bmp", SmallImages.Bmp(2))));
        using HttpResponseMessage response = await Api.Client.PostAsync("/v1/captions?candidates=2", form);

        JsonElement[] results = [.. (await OkAsync(response)).GetProperty("results").EnumerateArray()];
        Assert.Equal(["coffee.png", "text.jpg", "small.bmp"], results.Select(result => Text(result, "name")));
        Assert.Equal([0, 1, 2], results.Select(result => result.GetProperty("index").GetInt32()));
        Assert.Equal(2, results[2].GetProperty("candidates").GetArrayLength());
        Assert.Equal((415, "Unsupported"), (results[1].GetProperty("status").GetInt32(), Text(results[1], "reason")));
        Assert.False(results[1].TryGetProperty("caption", out _));
    }

    [Fact]
    public async Task Post_ImagesThatAreNotRead_FailByThemselves()
    {
        using HttpResponseMessage response = await Api.PostAsync(new { images = new[] { "file:///etc/passwd", "https://127.0.0.1/a.jpg", SmallImages.Uri(3) } });

        JsonElement[] results = [.. (await OkAsync(response)).GetProperty("results").EnumerateArray()];
        Assert.Equal(["403", "403", "done"], results.Select(result => result.GetProperty("status").ToString()));
        Assert.All(results[..2], result => Assert.Equal("ForbiddenSource", Text(result, "reason")));
    }

    [Fact]
    public async Task Post_ListOfOneImage_IsAnsweredWithAList()
    {
        using HttpResponseMessage response = await Api.PostAsync(new { images = new[] { SmallImages.Uri(3) } });

        Assert.Equal(1, (await OkAsync(response)).GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Post_Ndjson_IsAnsweredAsEachImageIsDone()
    {
        GatedPictures.Gate slow = http.Pictures.Hold();
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/captions") { Content = JsonContent(new { images = new[] { slow.Url, SmallImages.Uri(4) } }) };
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using HttpResponseMessage response = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync());

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(1, Json(await lines.ReadLineAsync()).GetProperty("index").GetInt32());
        slow.Opened.SetResult();
        Assert.Equal(0, Json(await lines.ReadLineAsync()).GetProperty("index").GetInt32());
        Assert.Null(await lines.ReadLineAsync());
    }

    [Fact]
    public async Task Post_Form_IsWorkedOnBeforeAllOfItIsThere()
    {
        GatedPictures.Gate first = http.Pictures.Hold();
        using UnfinishedForm form = new(first.Url, SmallImages.Bmp(5), first.Asked.Task);
        Task<HttpResponseMessage> posting = Api.Client.PostAsync("/v1/captions", form);

        // The form ends only after its first image was asked for.
        await Task.WhenAny(first.Asked.Task, posting);
        first.Opened.SetResult();
        using HttpResponseMessage response = await posting;
        Assert.Equal(2, (await OkAsync(response)).GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Post_RespondAsync_IsAnsweredBeforeTheCaptionIsThere()
    {
        GatedPictures.Gate slow = http.Pictures.Hold();
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/captions") { Content = JsonContent(new { image = slow.Url }) };
        request.Headers.Add("Prefer", "respond-async, wait=0");
        using HttpResponseMessage accepted = await Api.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("respond-async", accepted.Headers.GetValues("Preference-Applied").Single());
        Uri location = accepted.Headers.Location!;
        Assert.Equal(Text(await ApiHost.JsonAsync(accepted), "requestId"), location.OriginalString.Split('/')[^1]);

        await slow.Asked.Task;
        using (HttpResponseMessage waiting = await Api.Client.GetAsync(location))
        {
            Assert.Equal((HttpStatusCode.Accepted, "working"), (waiting.StatusCode, Text(await ApiHost.JsonAsync(waiting), "status")));
        }

        slow.Opened.SetResult();
        JsonElement caption = await DoneAsync(location);
        Assert.Equal((slow.Url, "done"), (Text(caption, "name"), Text(caption, "status")));
        Assert.True(caption.GetProperty("timings").GetProperty("fetch").GetDouble() > 0);
    }

    [Fact]
    public async Task Post_RespondAsyncWithSeveralImages_TellsWhereEachWillBe()
    {
        using MultipartFormDataContent form = ApiHost.Form(("image", ("a.bmp", SmallImages.Bmp(6))), ("image", ("b.txt", "no photo"u8.ToArray())));
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/captions") { Content = form };
        request.Headers.Add("Prefer", "respond-async");
        using HttpResponseMessage accepted = await Api.Client.SendAsync(request);

        JsonElement[] results = [.. (await ApiHost.JsonAsync(accepted)).GetProperty("results").EnumerateArray()];
        Assert.Equal(["queued", "queued"], results.Select(result => Text(result, "status")));
        Assert.Equal("a.bmp", Text(await DoneAsync(Self(results[0])), "name"));
        JsonElement failed = await DoneAsync(Self(results[1]));
        Assert.Equal((415, "Unsupported", "b.txt"), (failed.GetProperty("status").GetInt32(), Text(failed, "reason"), Text(failed, "name")));
    }

    [Fact]
    public async Task Post_SameRequestId_GetsTheSameAnswer()
    {
        string id = $"photo/{Guid.NewGuid():N} %41";
        using HttpResponseMessage first = await Api.PostAsync(Coffee, $"?requestId={Uri.EscapeDataString(id)}");
        using HttpResponseMessage second = await Api.PostAsync(SmallImages.Bmp(7), $"?requestId={Uri.EscapeDataString(id)}");

        JsonElement caption = await OkAsync(first);
        Assert.Equal(id, Text(caption, "requestId"));
        Assert.Equal(Text(caption, "caption"), Text(await OkAsync(second), "caption"));
        using HttpResponseMessage kept = await Api.Client.GetAsync(Self(caption));
        Assert.Equal(id, Text(await OkAsync(kept), "requestId"));

        // The image is still that of the first request.
        using MagickImage image = new(await Api.Client.GetByteArrayAsync(Text(caption.GetProperty("links"), "image")));
        Assert.Equal(600u, image.Width);
    }

    [Fact]
    public async Task Post_RespondAsyncAgainAfterAFailure_TriesAgain()
    {
        await using PictureServer pictures = new();
        await pictures.StartAsync();
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Sources:Http:InternalHosts:0", pictures.Host)]);
        string url = pictures.Url("flaky.bmp", failures: 1);

        JsonElement failed = await AskAsync();
        Assert.Equal((502, "Internal", true), (failed.GetProperty("status").GetInt32(), Text(failed, "reason"), failed.GetProperty("retryable").GetBoolean()));
        Assert.Equal(url, Text(await AskAsync(), "name"));

        async Task<JsonElement> AskAsync()
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/captions") { Content = JsonContent(new { image = url, requestId = "flaky" }) };
            request.Headers.Add("Prefer", "respond-async");
            using HttpResponseMessage accepted = await api.Client.SendAsync(request);
            return await DoneAsync(api.Client, accepted.Headers.Location!);
        }
    }

    [Fact]
    public async Task Post_ClientHangsUp_GivesUpItsImages()
    {
        GatedPictures.Gate slow = http.Pictures.Hold();
        using CancellationTokenSource hangUp = new();
        Task<HttpResponseMessage> posting = Api.Client.PostAsync("/v1/captions", JsonContent(new { image = slow.Url }), hangUp.Token);
        await slow.Asked.Task;

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        await slow.GivenUp.Task.WaitAsync(RabbitMqFixture.Patience);
    }

    [Fact]
    public async Task Post_SixtyFourClientsAtOnce_AllGetTheirCaption()
    {
        using HttpClient client = Api.NewClient();
        HttpResponseMessage[] responses = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(i => client.PostAsync("/v1/captions", ApiHost.Image(SmallImages.Bmp(2000 + i)))));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        JsonElement[] captions = await Task.WhenAll(responses.Select(ApiHost.JsonAsync));
        Assert.Equal(64, captions.Select(caption => Text(caption, "requestId")).Distinct().Count());
        Assert.Equal(64, captions.Select(caption => Text(caption.GetProperty("image"), "sha256")).Distinct().Count());
    }

    [Fact]
    public async Task Get_UnknownCaption_IsNotFound()
    {
        foreach (string path in new[] { "", "/audio", "/image" })
        {
            using HttpResponseMessage response = await Api.Client.GetAsync($"/v1/captions/<b>none{path}");

            JsonElement problem = await ProblemAsync(response, HttpStatusCode.NotFound, "NotFound");
            Assert.Contains("<b>none", Text(problem, "detail"), StringComparison.Ordinal);
        }
    }

    private static StringContent JsonContent(object json) => new(JsonSerializer.Serialize(json), new MediaTypeHeaderValue("application/json"));

    private static JsonElement Json(string? line) => JsonSerializer.Deserialize<JsonElement>(line!);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static Uri Self(JsonElement result) => new(Text(result.GetProperty("links"), "self"), UriKind.Relative);

    private static async Task<JsonElement> OkAsync(HttpResponseMessage response)
    {
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await ApiHost.JsonAsync(response);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string reason)
    {
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        JsonElement problem = await ApiHost.JsonAsync(response);
        Assert.Equal(reason, Text(problem, "reason"));
        return problem;
    }

    private Task<JsonElement> DoneAsync(Uri location) => DoneAsync(Api.Client, location);

    private static async Task<JsonElement> DoneAsync(HttpClient client, Uri location)
    {
        using HttpResponseMessage response = await Telemetry.Poll.ForAsync("The caption", async () =>
        {
            HttpResponseMessage now = await client.GetAsync(location);
            return now.StatusCode == HttpStatusCode.Accepted ? null : now;
        });
        return await ApiHost.JsonAsync(response);
    }
}
