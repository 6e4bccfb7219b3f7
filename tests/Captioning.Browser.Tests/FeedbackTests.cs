using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class FeedbackTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Feedback_CandidateIsPicked_IsKeptAndRemembered()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("rocket");
        string judged = await visit.Caption.InnerTextAsync();
        await visit.Page.GetByText("Other captions").ClickAsync();
        string second = await visit.Page.Locator("#candidates .candidate-text").Nth(1).InnerTextAsync();
        await Expect(visit.Page.Locator("#candidates .candidate-score").Nth(1)).ToContainTextAsync("−");

        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = second }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(visit.Page.Locator("#feedback-thanks")).ToHaveTextAsync($"Thank you. Your caption was received: “{second}”");
        await Expect(visit.Page.Locator("#feedback")).ToBeHiddenAsync();
        JsonElement line = JsonDocument.Parse((await File.ReadAllLinesAsync(Path.Combine(fixture.FeedbackFolder, "feedback.jsonl")))[^1]).RootElement;
        Assert.Equal(second, line.GetProperty("caption").GetString());
        Assert.Equal(judged, line.GetProperty("judged").GetString());
        Assert.Equal("Wrong", line.GetProperty("verdict").GetString());
        await visit.OpenAsync();
        await visit.Cards.First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(visit.Page.Locator("#feedback-thanks")).ToContainTextAsync(second);
    }

    [Fact]
    public async Task Feedback_NothingIsWritten_AsksForASentence()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("rocket");

        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Pick a sentence, or write one.");
        await Expect(visit.Page.GetByLabel("Or say it in your own words")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Feedback_ServiceTakesNone_IsNotOffered()
    {
        Uri address = BrowserFixture.NewAddress();
        await using WebApplication service = await BrowserFixture.StartServiceAsync(address, ("Captioning:Http:Feedback:Enabled", "false"));
        await using Visit visit = await fixture.VisitAsync(address: address);

        await visit.CaptionSampleAsync("rocket");

        await Expect(visit.Caption).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("That’s not it")).ToBeHiddenAsync();
    }
}
