using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Captioning.Browser.Tests;

/// <summary>How long a person waits from asking for the page until a sample's caption is on the screen.</summary>
/// <param name="Page">From the start of the navigation until the browser has painted the caption.</param>
/// <param name="Engine">What the service counts for the photo itself: waiting, decoding and inference.</param>
internal sealed record PageTiming(TimeSpan Page, TimeSpan Engine)
{
    // Presses the sample as soon as it is there, as no person could, and looks at the clock when the frame with the caption is done.
    private const string Person =
        """
        name => {
          let pressed = false;
          const seen = new MutationObserver(() => {
            const sample = [...document.querySelectorAll(".sample")].find(button => button.querySelector("img").alt === name);
            if (sample && !pressed) {
              pressed = true;
              sample.click();
            }

            if (document.querySelector("#caption .word")) {
              seen.disconnect();
              requestAnimationFrame(() => setTimeout(() => { document.documentElement.dataset.captioned = performance.now(); }));
            }
          });
          seen.observe(document, { childList: true, subtree: true });
        }
        """;

    /// <summary>Opens the page in a new tab, nothing cached, and has one sample captioned.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="address">Where the service is.</param>
    /// <param name="sample">The sample's name on the page.</param>
    public static async Task<PageTiming> MeasureAsync(IBrowser browser, Uri address, string sample)
    {
        await using IBrowserContext context = await browser.NewContextAsync();
        await context.AddInitScriptAsync($"({Person})({JsonSerializer.Serialize($"Sample: {sample}")})");
        IPage page = await context.NewPageAsync();
        IResponse response = await page.RunAndWaitForResponseAsync(
            () => page.GotoAsync(address.ToString()),
            response => response.Url.EndsWith("/v1/captions", StringComparison.Ordinal));
        JsonElement timings = (await response.JsonAsync<JsonElement>()).GetProperty("timings");
        string? waited = await page.Locator("html[data-captioned]").GetAttributeAsync("data-captioned");
        return new PageTiming(
            TimeSpan.FromMilliseconds(double.Parse(waited!, CultureInfo.InvariantCulture)),
            TimeSpan.FromSeconds(new[] { "queued", "decode", "inference" }.Sum(stage => timings.GetProperty(stage).GetDouble())));
    }
}
