using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class ApiKeyTests(BrowserFixture fixture)
{
    private const string Key = "a-key-of-the-tests-0123456789";

    [Fact]
    public async Task Page_ServiceNeedsAKey_AsksForItAndKeepsItForTheTab()
    {
        Uri address = BrowserFixture.NewAddress();
        await using WebApplication service = await BrowserFixture.StartServiceAsync(address, ("Captioning:Http:ApiKeys:0", Key));
        await using Visit visit = await fixture.VisitAsync(open: false, address: address);
        visit.Expects("401");
        await visit.Page.GotoAsync(address.ToString());
        ILocator dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("This service asks for a key.");

        await dialog.GetByLabel("Key").FillAsync("not a key of this service");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("The service does not know this key.");
        await dialog.GetByLabel("Key").FillAsync(Key);
        await dialog.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(dialog).ToBeHiddenAsync();
        await visit.CaptionSampleAsync("coffee");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Replay" })).ToBeVisibleAsync();
        await visit.OpenAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }
}
