using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class AccessibilityTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(false, ColorScheme.Light)]
    [InlineData(false, ColorScheme.Dark)]
    [InlineData(true, ColorScheme.Light)]
    [InlineData(true, ColorScheme.Dark)]
    public async Task Page_InAllItsStates_HasNoSeriousViolation(bool phone, ColorScheme colours)
    {
        await using Visit visit = await fixture.VisitAsync(phone ? Devices.Phone(colours) : Devices.Desktop(colours));
        visit.Expects("415");
        await NoSeriousViolationAsync(visit);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Voice" }).ClickAsync();
        await Expect(visit.Page.GetByLabel("Speak automatically")).ToBeVisibleAsync();
        await NoSeriousViolationAsync(visit);
        await visit.Page.Keyboard.PressAsync("Escape");

        await visit.ChooseAsync("notes.txt", "These are no pixels."u8.ToArray());
        await visit.AllDoneAsync();
        await NoSeriousViolationAsync(visit);

        await visit.CaptionSampleAsync("astronaut");
        await visit.Page.GetByText("Other captions").ClickAsync();
        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Words.Nth(2).FocusAsync();
        await Expect(visit.Overlay).ToBeVisibleAsync();
        await NoSeriousViolationAsync(visit);
    }

    [Theory]
    [InlineData(ColorScheme.Light, "rgb(247, 246, 243)", "Dark colours")]
    [InlineData(ColorScheme.Dark, "rgb(16, 18, 24)", "Light colours")]
    public async Task Page_Colours_AreTheSystemsUntilOthersAreChosen(ColorScheme system, string ground, string other)
    {
        await using Visit visit = await fixture.VisitAsync(Devices.Desktop(system));
        ILocator body = visit.Page.Locator("body");
        await Expect(body).ToHaveCSSAsync("background-color", ground);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = other }).ClickAsync();
        await Expect(body).Not.ToHaveCSSAsync("background-color", ground);
        await visit.OpenAsync();

        await Expect(body).Not.ToHaveCSSAsync("background-color", ground);
    }

    [Fact]
    public async Task Phone_InAllItsStates_HasNothingBesideTheScreen()
    {
        await using Visit visit = await fixture.VisitAsync(Devices.Phone());
        await FitsAsync(visit);
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take a photo" })).ToBeVisibleAsync();

        await visit.CaptionAsync("astronaut.png", "rocket.jpg");
        await visit.Page.GetByText("Other captions").ClickAsync();
        await visit.Page.GetByText("That’s not it").ClickAsync();
        await FitsAsync(visit);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Voice" }).ClickAsync();
        await FitsAsync(visit);
    }

    [Fact]
    public async Task Phone_PhotoIsTaken_IsCaptioned()
    {
        await using Visit visit = await fixture.VisitAsync(Devices.Phone());

        IFileChooser camera = await visit.Page.RunAndWaitForFileChooserAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take a photo" }).TapAsync());
        await camera.SetFilesAsync(Repository.Sample("coffee.png"));

        await Expect(visit.Page.Locator("#stage")).ToHaveAttributeAsync("data-state", "done");
        Assert.Equal("environment", await camera.Element.GetAttributeAsync("capture"));
    }

    [Fact]
    public async Task Keyboard_Alone_CaptionsListensLooksAndCorrects()
    {
        await using Visit visit = await fixture.VisitAsync();
        IKeyboard keyboard = visit.Page.Keyboard;

        await TabToAsync(visit, "Sample: coffee");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("#stage")).ToHaveAttributeAsync("data-state", "done");
        await Expect(visit.Page.Locator("#announcer")).ToHaveTextAsync(await visit.Caption.InnerTextAsync());

        await TabToAsync(visit, await visit.Words.First.InnerTextAsync());
        await Expect(visit.Overlay).ToBeVisibleAsync();
        // One stop for all words: the next one is beyond them.
        await keyboard.PressAsync("Tab");
        await Expect(visit.Page.Locator("#listen")).ToBeFocusedAsync();

        await TabToAsync(visit, "That’s not it");
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Space");
        string picked = await visit.Page.GetByLabel("Or say it in your own words").InputValueAsync();
        Assert.NotEmpty(picked);
        await TabToAsync(visit, "Send");
        await keyboard.PressAsync("Enter");

        await Expect(visit.Page.Locator("#feedback-thanks")).ToContainTextAsync(picked);
        await Expect(visit.Page.Locator("#feedback-thanks")).ToBeFocusedAsync();
    }

    /// <summary>Presses the Tab key until the focus is on what has that text or name.</summary>
    private static async Task TabToAsync(Visit visit, string name)
    {
        List<string> passed = [];
        while (passed.Count < 50)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            passed.Add(await visit.Page.EvaluateAsync<string>("(document.activeElement.textContent.trim() || document.activeElement.querySelector('img')?.alt) ?? ''"));
            if (passed[^1] == name)
            {
                Assert.NotEqual("0px", await visit.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineWidth"));
                return;
            }
        }

        Assert.Fail($"The Tab key did not come to '{name}', but to: {string.Join(", ", passed)}.");
    }

    private static async Task FitsAsync(Visit visit) => Assert.Equal(375, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

    private static async Task NoSeriousViolationAsync(Visit visit)
    {
        // What is faded in has not its own colours until it is there; what is cancelled on the way never fades in.
        await visit.Page.EvaluateAsync("Promise.allSettled(document.getAnimations().filter(a => a.effect.getComputedTiming().iterations !== Infinity).map(a => a.finished))");
        AxeResult result = await visit.Page.RunAxe();
        Assert.DoesNotContain(
            result.Violations,
            violation => violation.Impact is "serious" or "critical");
        Assert.NotEmpty(result.Passes);
    }
}
