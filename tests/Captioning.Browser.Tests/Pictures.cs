using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

/// <summary>
/// Takes the pictures of the page: into <c>docs/images</c> where CAPTIONING_PICTURES is 1, for these are kept and differ a little from machine
/// to machine, and else into <c>artifacts/pictures</c>.
/// </summary>
[Collection(BrowserGroup.Name)]
public sealed class Pictures(BrowserFixture fixture)
{
    private static readonly string Folder = Path.Combine(
        Repository.Root, Environment.GetEnvironmentVariable("CAPTIONING_PICTURES") == "1" ? "docs/images" : "artifacts/pictures");

    // A service of its own, which shows how long a caption takes: it knows none yet.
    private readonly Uri _address = BrowserFixture.NewAddress();

    [Theory]
    [InlineData("page-light.png", ColorScheme.Light)]
    [InlineData("page-dark.png", ColorScheme.Dark)]
    public async Task Picture_OfAWordsAttention(string name, ColorScheme colours)
    {
        await using WebApplication service = await BrowserFixture.StartServiceAsync(_address);
        await using Visit visit = await fixture.VisitAsync(Devices.Desktop(colours), address: _address);
        await visit.CaptionAsync("coffee.png", "rocket.jpg", "chelsea.png", "grace_hopper.jpg", "astronaut.png");
        await visit.Cards.First.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Page.EvaluateAsync("scrollTo(0, 0)");
        await visit.Words.Nth(5).HoverAsync();
        await Expect(visit.Overlay).ToBeVisibleAsync();

        await TakeAsync(visit, name);
    }

    [Fact]
    public async Task Picture_OfTheStart()
    {
        await using Visit visit = await fixture.VisitAsync();

        await TakeAsync(visit, "page-start.png");
    }

    [Fact]
    public async Task Picture_OfAPhone()
    {
        await using WebApplication service = await BrowserFixture.StartServiceAsync(_address);
        await using Visit visit = await fixture.VisitAsync(Devices.Phone(), address: _address);
        await visit.CaptionAsync("rocket.jpg");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Replay" })).ToBeVisibleAsync();
        await visit.Words.Last.TapAsync();
        await Expect(visit.Overlay).ToBeVisibleAsync();

        await TakeAsync(visit, "page-phone.png");
    }

    private static async Task TakeAsync(Visit visit, string name)
    {
        string path = Path.Combine(Folder, name);
        await visit.Page.ScreenshotAsync(new() { Path = path, Animations = ScreenshotAnimations.Disabled });
        Assert.True(new FileInfo(path).Length > 20_000, "The picture is empty.");
    }
}
