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
    }

    [Theory]
    [InlineData("rocket", 20)]
    [InlineData("chelsea", -10)]
    public async Task Word_IsPointedAt_LightsThePhotoWhereTheModelLookedAndDarkensTheRest(string sample, int least)
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync(sample);
        await Expect(visit.Page.Locator("#photo-image")).ToBeVisibleAsync();
        int[] plain = await BrightnessAsync(visit);
        await visit.Words.Nth(1).HoverAsync();

        int[] lit = await BrightnessAsync(visit);

        // Of each cell of a grid of 8 x 8, in 255ths. A photo that is bright already cannot become much brighter.
        int[] changes = [.. lit.Zip(plain, (after, before) => after - before)];
        Assert.True(changes.Max() > least, $"Nothing is lit: {string.Join(' ', changes)}");
        Assert.True(changes.Min() < -20, $"Nothing is darkened: {string.Join(' ', changes)}");
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

    /// <summary>How bright the photo is on the screen, row by row of 8 x 8 cells, 0 to 255.</summary>
    private static async Task<int[]> BrightnessAsync(Visit visit)
    {
        byte[] screenshot = await visit.Page.Locator("#photo").ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        return await visit.Page.EvaluateAsync<int[]>(
            """
            async png => {
              const image = new Image();
              image.src = `data:image/png;base64,${png}`;
              await image.decode();
              const canvas = document.createElement("canvas");
              canvas.width = canvas.height = 8;
              const context = canvas.getContext("2d");
              context.imageSmoothingQuality = "high";
              context.drawImage(image, 0, 0, 8, 8);
              const { data } = context.getImageData(0, 0, 8, 8);
              return Array.from({ length: 64 }, (_, i) => Math.round((data[i * 4] + data[i * 4 + 1] + data[i * 4 + 2]) / 3));
            }
            """,
            Convert.ToBase64String(screenshot));
    }
}
