using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class SessionTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Session_PageIsLoadedAgain_IsStillThere()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionAsync("coffee.png", "rocket.jpg");
        string caption = await visit.Caption.InnerTextAsync();
        await visit.OpenAsync();
        await Expect(visit.Cards.Locator("img:visible")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator("#stage")).ToBeHiddenAsync();

        await visit.Cards.Filter(new() { HasText = "coffee.png" }).GetByRole(AriaRole.Button).ClickAsync();
        await visit.Words.Nth(1).HoverAsync();

        await Expect(visit.Caption).ToHaveTextAsync(caption);
        await Expect(visit.Page.Locator("#photo-image")).ToBeVisibleAsync();
        await Expect(visit.Overlay).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Session_PageIsLoadedAgainBeforeAThumbnailIsMade_HasItAllTheSame()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.Page.EvaluateAsync("() => { window.createImageBitmap = () => new Promise(() => {}); }");
        await visit.CaptionAsync("coffee.png", "rocket.jpg");
        await Expect(visit.Cards.Locator("img:visible")).ToHaveCountAsync(0);

        await visit.OpenAsync();

        await Expect(visit.Cards.Locator("img:visible")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Session_IsSearched_ShowsWhatMatches()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionAsync("coffee.png", "rocket.jpg", "chelsea.png");
        ILocator search = visit.Page.GetByLabel("Search your photos");

        await search.FillAsync("ROCKET");
        await Expect(visit.Cards.Filter(new() { Visible = true })).ToHaveCountAsync(1);
        await Expect(visit.Cards.Filter(new() { Visible = true })).ToContainTextAsync("rocket.jpg");
        await search.FillAsync(await visit.Cards.Filter(new() { HasText = "chelsea.png" }).Locator(".card-caption").TextContentAsync() ?? "");
        await Expect(visit.Cards.Filter(new() { Visible = true })).ToContainTextAsync("chelsea.png");
        await search.FillAsync("no such words");

        await Expect(visit.Page.GetByText("No photo’s name or caption has that.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("#announcer")).ToHaveTextAsync("0 photos found");
    }

    [Fact]
    public async Task Session_ExportAsJsonLines_HasAnAnswerALine()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionAsync("coffee.png", "rocket.jpg");

        (string name, string text) = await ExportAsync(visit, "JSONL");

        Assert.Equal("captions.jsonl", name);
        JsonElement[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["coffee.png", "rocket.jpg"], lines.Select(line => line.GetProperty("name").GetString()));
        Assert.All(lines, line =>
        {
            Assert.EndsWith(".", line.GetProperty("caption").GetString(), StringComparison.Ordinal);
            Assert.Equal(3, line.GetProperty("candidates").GetArrayLength());
            Assert.NotEmpty(line.GetProperty("requestId").GetString()!);
            Assert.DoesNotContain("attention", line.GetRawText(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Session_ExportAsCsv_QuotesWhatNeedsIt()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.ChooseAsync("=a, \"b\".png", await File.ReadAllBytesAsync(Repository.Sample("coffee.png")));
        await visit.AllDoneAsync();

        (string name, string text) = await ExportAsync(visit, "CSV");

        Assert.Equal("captions.csv", name);
        string[] lines = text.Split("\r\n");
        Assert.Equal("\ufeffname,caption,score,model,version,width,height,sha256,corrected,given", lines[0]);
        Assert.StartsWith($"\"'=a, \"\"b\"\".png\",{await visit.Caption.TextContentAsync()},-", lines[1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Empty(lines[2]);
    }

    [Fact]
    public async Task Session_IsCleared_IsForgotten()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionAsync("coffee.png");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(visit.Cards).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("#stage")).ToBeHiddenAsync();
        await visit.OpenAsync();

        await Expect(visit.Cards).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Session_IsClearedInTheMiddle_SendsNothingAgain()
    {
        await using Visit visit = await fixture.VisitAsync();
        List<string> sent = [];
        visit.Page.Request += (_, request) => sent.AddRange(request.Url.EndsWith("/v1/captions", StringComparison.Ordinal) ? [request.Url] : []);
        await visit.Page.RouteAsync("**/v1/captions", _ => Task.CompletedTask);
        await visit.Page.RunAndWaitForRequestAsync(() => visit.ChooseAsync(Repository.Sample("coffee.png")), "**/v1/captions");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await visit.Page.UnrouteAllAsync();
        await visit.CaptionAsync("rocket.jpg");

        await Expect(visit.Cards).ToContainTextAsync(["rocket.jpg"]);
        Assert.Equal(2, sent.Count);
    }

    private static async Task<(string Name, string Text)> ExportAsync(Visit visit, string format)
    {
        IDownload download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = format }).ClickAsync());
        return (download.SuggestedFilename, System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(await download.PathAsync())));
    }
}
