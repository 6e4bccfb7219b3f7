using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Captioning.Browser.Tests;

/// <summary>How long a person waits from asking for the page until a sample's caption is on the screen.</summary>
/// <param name="Ready">From the start of the navigation until the samples are there to be pressed.</param>
/// <param name="Sent">Until the photo is sent.</param>
/// <param name="Answered">Until its answer is there.</param>
/// <param name="Page">Until the browser has painted the caption.</param>
/// <param name="Engine">What the service counts for the photo itself: waiting, decoding and inference.</param>
internal sealed record PageTiming(TimeSpan Ready, TimeSpan Sent, TimeSpan Answered, TimeSpan Page, TimeSpan Engine)
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
              document.documentElement.dataset.ready = performance.now();
              sample.click();
            }

            if (document.querySelector("#caption .word")) {
              seen.disconnect();
              requestAnimationFrame(() => setTimeout(() => {
                const now = performance.now();
                const post = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/v1/captions"));
                const { ready } = document.documentElement.dataset;
                document.documentElement.dataset.captioned = [ready, post.startTime, post.responseEnd, now].join(" ");
              }));
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
        TimeSpan[] times = [.. waited!.Split(' ').Select(time => TimeSpan.FromMilliseconds(double.Parse(time, CultureInfo.InvariantCulture)))];
        return new PageTiming(
            times[0],
            times[1],
            times[2],
            times[3],
            TimeSpan.FromSeconds(new[] { "queued", "decode", "inference" }.Sum(stage => timings.GetProperty(stage).GetDouble())));
    }
}
