using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class AttentionTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Word_IsPointedAt_ShowsWhereTheModelLooked()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("astronaut");
        await Expect(visit.Overlay).ToBeHiddenAsync();

        await visit.Words.Nth(1).HoverAsync();
        await Expect(visit.Overlay).ToBeVisibleAsync();
        string man = await visit.DrawnAsync();
        await Expect(visit.Page.Locator("#looking")).ToContainTextAsync("sure, looking at the");
        await visit.Words.Nth(5).HoverAsync();
        string shirt = await visit.DrawnAsync();
        await visit.Page.Locator("#photo-name").HoverAsync();

        await Expect(visit.Overlay).ToBeHiddenAsync();
        Assert.NotEqual(man, shirt);
        Assert.All([man, shirt], drawn => Assert.StartsWith("data:image/png", drawn, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Word_IsPointedAt_CoversThePhotoAndNothingElse()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("rocket");
        await visit.Words.First.HoverAsync();

        LocatorBoundingBoxResult? overlay = await visit.Overlay.BoundingBoxAsync();
        LocatorBoundingBoxResult? photo = await visit.Page.Locator("#photo-image").BoundingBoxAsync();

        Assert.Equal(photo!.Width, overlay!.Width, 1.0);
        Assert.Equal(photo.Height, overlay.Height, 1.0);
        Assert.Equal(640.0 / 427, photo.Width / photo.Height, 0.01);
        // Bright where it looked, veiled elsewhere.
        int[] veil = await visit.Overlay.EvaluateAsync<int[]>(
            "canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 3)");
        Assert.InRange(veil.Min(), 0, 60);
        Assert.InRange(veil.Max(), 120, 255);
    }

    [Fact]
    public async Task Words_ArrowKeys_MoveBetweenThem()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("astronaut");

        await visit.Words.First.FocusAsync();
        string first = await visit.DrawnAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Words.Nth(1)).ToBeFocusedAsync();
        Assert.NotEqual(first, await visit.DrawnAsync());
        await visit.Page.Keyboard.PressAsync("End");
        await Expect(visit.Words.Last).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Escape");

        await Expect(visit.Overlay).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Word_IsTapped_ShowsWhereTheModelLooked()
    {
        await using Visit visit = await fixture.VisitAsync(Devices.Phone());
        await visit.CaptionSampleAsync("coffee");

        await visit.Words.Nth(1).TapAsync();

        await Expect(visit.Overlay).ToBeVisibleAsync();
        await Expect(visit.Words.Nth(1)).ToBeFocusedAsync();
    }
}
