using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Captioning.Browser.Tests;

/// <summary>How long a person waits from asking for the page until a sample's caption is on the screen.</summary>
/// <param name="Ready">From the start of the navigation until all samples are shown and one is pressed.</param>
/// <param name="Sent">Until the photo is sent.</param>
/// <param name="Answered">Until its answer is there.</param>
/// <param name="Page">Until the browser has painted the caption.</param>
/// <param name="Engine">What the service counts for the photo itself: waiting, decoding and inference.</param>
internal sealed record PageTiming(TimeSpan Ready, TimeSpan Sent, TimeSpan Answered, TimeSpan Page, TimeSpan Engine)
{
    // Presses the sample in the first frame that shows all of them, as no person could, and looks at the clock when the frame with the caption is done.
    private const string Person =
        """
        name => {
          let ready = 0;
          const look = () => {
            const samples = [...document.querySelectorAll(".sample img")];
            const sample = samples.find(image => image.alt === name);
            if (ready === 0 && sample && samples.every(image => image.complete)) {
              ready = performance.now();
              sample.closest("button").click();
            }

            if (document.querySelector("#caption .word")) {
              setTimeout(() => {
                const now = performance.now();
                const post = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/v1/captions"));
                document.documentElement.dataset.captioned = [ready, post.startTime, post.responseEnd, now].join(" ");
              });
            } else {
              requestAnimationFrame(look);
            }
          };
          requestAnimationFrame(look);
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
