using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class SpeechTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Page_SinglePhoto_IsSpokenToItsEnd()
    {
        await using Visit visit = await fixture.VisitAsync();

        await visit.CaptionSampleAsync("coffee");

        await EndedAsync(visit);
        Assert.InRange(await visit.Page.Locator("#audio").EvaluateAsync<double>("audio => audio.currentTime"), 0.5, 10);
    }

    [Fact]
    public async Task Page_ListenAgain_SpeaksAgain()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("coffee");
        await EndedAsync(visit);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        await EndedAsync(visit);
    }

    [Fact]
    public async Task Page_BrowserForbidsToSpeakUnasked_ShowsHowToListen()
    {
        await using Visit visit = await fixture.VisitAsync(mayPlay: false, open: false);
        // To look at a page as tests do counts as a person's leave to play sound, so the page itself has to press the sample and to tell.
        await visit.Page.AddInitScriptAsync(
            """
            new MutationObserver((_, observer) => {
              const sample = document.querySelector(".sample");
              if (sample && !window.pressed) {
                window.pressed = true;
                sample.click();
              }

              const note = document.getElementById("speech-note");
              if (note?.textContent) {
                observer.disconnect();
                console.info(note.textContent);
              }
            }).observe(document, { childList: true, subtree: true });
            """);

        IConsoleMessage note = await visit.Page.RunAndWaitForConsoleMessageAsync(() => visit.Page.GotoAsync(fixture.Address.ToString()));

        Assert.Equal("Your browser speaks only when asked to. Press Listen.", note.Text);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Listen" }).ClickAsync();
        await EndedAsync(visit);
        await Expect(visit.Page.GetByText("Press Listen.")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Page_SeveralPhotos_AreNotSpokenUnasked()
    {
        await using Visit visit = await fixture.VisitAsync();
        List<string> asked = Audio(visit);

        await visit.CaptionAsync("coffee.png", "rocket.jpg");

        Assert.Empty(asked);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Listen" }).ClickAsync();
        await EndedAsync(visit);
        Assert.Single(asked);
    }

    [Fact]
    public async Task Page_SettingsOfSpeech_AreRemembered()
    {
        await using Visit visit = await fixture.VisitAsync();
        List<string> asked = Audio(visit);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Voice" }).ClickAsync();
        await visit.Page.GetByLabel("Speak automatically").UncheckAsync();
        await visit.Page.GetByLabel("Speed").FillAsync("1.5");
        await visit.OpenAsync();

        await visit.CaptionSampleAsync("coffee");
        Assert.Empty(asked);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Listen" }).ClickAsync();
        await EndedAsync(visit);

        Assert.Contains("speed=1.5", Assert.Single(asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_DownloadOfSpeech_IsAWaveFile()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("coffee");

        IDownload download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "WAV" }).ClickAsync());

        Assert.Equal("coffee.wav", download.SuggestedFilename);
        byte[] wave = await File.ReadAllBytesAsync(await download.PathAsync());
        Assert.Equal("RIFF"u8, wave.AsSpan(0, 4));
        Assert.Equal(wave.Length - 8, BitConverter.ToInt32(wave, 4));
    }

    private static async Task EndedAsync(Visit visit)
    {
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Replay" })).ToBeVisibleAsync();
        Assert.True(await visit.Page.Locator("#audio").EvaluateAsync<bool>("audio => audio.ended"));
    }

    private static List<string> Audio(Visit visit)
    {
        List<string> asked = [];
        visit.Page.Request += (_, request) =>
        {
            if (request.Url.Contains("/audio", StringComparison.Ordinal))
            {
                asked.Add(request.Url);
            }
        };
        return asked;
    }
}
