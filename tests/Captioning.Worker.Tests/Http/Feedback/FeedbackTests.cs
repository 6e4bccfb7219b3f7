using System.Net;
using System.Text.Json;
using Captioning.Worker.Tests.Broker;

namespace Captioning.Worker.Tests.Http.Feedback;

public sealed class FeedbackTests
{
    [Fact]
    public async Task Post_WithoutBroker_IsKeptAsADataSet()
    {
        await using ApiHost api = await ApiHost.StartAsync();
        byte[] image = SmallImages.Bmp(1);
        JsonElement caption = await CaptionAsync(api, image);
        string id = caption.GetProperty("requestId").GetString()!;

        string first = await SendAsync(api, new { requestId = id, caption = " A dog. ", verdict = "Wrong" });
        string second = await SendAsync(api, new { requestId = id, verdict = "Right" });
        string third = await SendAsync(api, new { requestId = id, verdict = "Wrong" });

        JsonElement[] lines = [.. (await File.ReadAllLinesAsync(Path.Join(api.FeedbackFolder, "feedback.jsonl"))).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.Equal([first, second, third], lines.Select(line => line.GetProperty("feedbackId").GetString()));
        Assert.Equal("A dog.", lines[0].GetProperty("caption").GetString());
        Assert.Equal(caption.GetProperty("caption").GetString(), lines[1].GetProperty("caption").GetString());
        Assert.False(lines[2].TryGetProperty("caption", out _));
        Assert.Equal(["Wrong", "Right", "Wrong"], lines.Select(line => line.GetProperty("verdict").GetString()));
        Assert.All(lines, line => Assert.Equal(
            (id, caption.GetProperty("caption").GetString(), caption.GetProperty("model").GetRawText()),
            (line.GetProperty("requestId").GetString(), line.GetProperty("judged").GetString(), line.GetProperty("model").GetRawText())));

        // The images are there once, under the path that the lines name.
        string path = Assert.Single(lines.Select(line => line.GetProperty("image").GetString()).Distinct())!;
        Assert.Equal($"images/{caption.GetProperty("image").GetProperty("sha256").GetString()}.bmp", path);
        Assert.Equal(image, await File.ReadAllBytesAsync(Path.Join(api.FeedbackFolder, path)));
        Assert.Single(Directory.GetFiles(Path.Join(api.FeedbackFolder, "images")));
    }

    [Fact]
    public async Task Post_AfterALineThatWasCutShort_BeginsALine()
    {
        await using ApiHost api = await ApiHost.StartAsync();
        string id = (await CaptionAsync(api, SmallImages.Bmp(1))).GetProperty("requestId").GetString()!;
        Directory.CreateDirectory(api.FeedbackFolder);
        string file = Path.Join(api.FeedbackFolder, "feedback.jsonl");
        await File.WriteAllTextAsync(file, "{\"image\":\"ima");

        string feedback = await SendAsync(api, new { requestId = id, verdict = "Right" });

        string[] lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(2, lines.Length);
        Assert.Equal(feedback, JsonSerializer.Deserialize<JsonElement>(lines[1]).GetProperty("feedbackId").GetString());
    }

    [Theory]
    [InlineData("""{"requestId": "ID"}""", "it has neither caption nor verdict", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId": "ID", "caption": "  "}""", "caption is empty", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId": "ID", "verdict": "Good"}""", "at $.verdict", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId": "ID", "verdict": 7}""", "verdict", HttpStatusCode.BadRequest)]
    [InlineData("""{"caption": "A dog."}""", "lacks a member", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId": null, "caption": "A dog."}""", "requestId is null", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId": "none", "caption": "A dog."}""", "'none', or it is forgotten", HttpStatusCode.NotFound)]
    public async Task Post_WrongRequest_SaysWhatIsWrong(string request, string problem, HttpStatusCode status)
    {
        await using ApiHost api = await ApiHost.StartAsync();
        string id = (await CaptionAsync(api, SmallImages.Bmp(1))).GetProperty("requestId").GetString()!;
        using StringContent content = new(request.Replace("ID", id, StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await api.Client.PostAsync("/v1/feedback", content);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(problem, (await ApiHost.JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(api.FeedbackFolder));
    }

    [Fact]
    public async Task Post_ImageThatIsForgotten_IsNotFound()
    {
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Http:ImageMemory", "0")]);
        JsonElement caption = await CaptionAsync(api, SmallImages.Bmp(1));

        using HttpResponseMessage response = await api.PostAsync(new { requestId = caption.GetProperty("requestId").GetString(), verdict = "Right" }, "/v1/feedback");
        using HttpResponseMessage image = await api.Client.GetAsync(caption.GetProperty("links").GetProperty("image").GetString());

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (response.StatusCode, image.StatusCode));
    }

    [Fact]
    public async Task Post_WhereItIsOff_IsForbidden()
    {
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Http:Feedback:Enabled", "false")], ready: false);

        using HttpResponseMessage response = await api.PostAsync(new { requestId = "1", verdict = "Right" }, "/v1/feedback");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("takes no feedback", (await ApiHost.JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(JsonSerializer.Deserialize<JsonElement>(await api.Client.GetStringAsync("/v1/status")).GetProperty("feedback").GetBoolean());
    }

    [Fact]
    public async Task Post_FolderThatCannotBeWritten_IsToComeBackLater()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("file");
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Http:Feedback:Folder", Path.Join(file, "feedback"))]);
        string id = (await CaptionAsync(api, SmallImages.Bmp(1))).GetProperty("requestId").GetString()!;

        using HttpResponseMessage response = await api.PostAsync(new { requestId = id, verdict = "Right" }, "/v1/feedback");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True((await ApiHost.JsonAsync(response)).GetProperty("retryable").GetBoolean());
    }

    private static async Task<JsonElement> CaptionAsync(ApiHost api, byte[] image)
    {
        using HttpResponseMessage response = await api.PostAsync(image);
        return await ApiHost.JsonAsync(response);
    }

    private static async Task<string> SendAsync(ApiHost api, object feedback)
    {
        using HttpResponseMessage response = await api.PostAsync(feedback, "/v1/feedback");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await ApiHost.JsonAsync(response)).GetProperty("feedbackId").GetString()!;
    }
}
