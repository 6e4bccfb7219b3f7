using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class StatusTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Strip_TellsHowTheServiceIs()
    {
        await using Visit visit = await fixture.VisitAsync();
        ILocator strip = visit.Page.GetByRole(AriaRole.Contentinfo);

        await Expect(strip.Locator("dt")).ToHaveTextAsync(["Model", "Device", "Queue", "Images/s"]);
        await Expect(strip.Locator("dd").First).ToHaveTextAsync($"efficientnet-lite2-260-flickr8k {Repository.ModelVersion}");
        await Expect(strip.Locator("dd").Nth(1)).ToHaveTextAsync("cpu");
        await Expect(strip.Locator("dd").Nth(2)).ToHaveTextAsync("0");
    }

    [Theory]
    [InlineData("API")]
    [InlineData("Metrics")]
    public async Task Strip_Links_LeadSomewhere(string name)
    {
        await using Visit visit = await fixture.VisitAsync();
        using HttpClient http = new() { BaseAddress = fixture.Address };

        string? link = await visit.Page.GetByRole(AriaRole.Link, new() { Name = name }).GetAttributeAsync("href");

        Assert.True((await http.GetAsync(new Uri(link!, UriKind.Relative))).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Strip_ServiceIsGone_SaysSo()
    {
        await using Visit visit = await fixture.VisitAsync();
        visit.Expects("ERR_CONNECTION_REFUSED");

        await visit.Page.RouteAsync("**/v1/status", route => route.AbortAsync("connectionrefused"));

        await Expect(visit.Page.Locator("#status-text")).ToHaveTextAsync("The service cannot be reached");
        await visit.Page.UnrouteAllAsync();
        await Expect(visit.Page.Locator("#status-text")).ToHaveTextAsync("Ready");
    }
}
