using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class CopyTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_IsPressed_PutsTheCaptionIntoTheClipboard(bool secure)
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.CaptionSampleAsync("coffee");
        if (!secure)
        {
            // As where the page comes from another machine over plain HTTP.
            await visit.Page.EvaluateAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");
        }

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();

        await visit.Page.EvaluateAsync("delete navigator.clipboard");
        Assert.Equal(await visit.Caption.InnerTextAsync(), await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }
}
