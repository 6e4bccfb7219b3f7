using System.CommandLine;
using Captioning.Browser.Tests;
using Captioning.Worker.Hosting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Captioning.Benchmarks;

/// <summary>From the page's load to a caption on the screen, in Chromium, over what the service itself needs for the photo.</summary>
internal static class PageBenchmark
{
    // Every round is to caption the photo anew: the shortest time that captions can be remembered for.
    private static readonly TimeSpan CaptionLifetime = TimeSpan.FromSeconds(1);

    public static Command Command()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds; the median counts.", DefaultValueFactory = _ => 9 };
        Command command = new("page", "What the page adds to the service's own time for one sample photo.") { rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using WebApplication service = ServiceHost.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Captioning:Engine:Models"] = Repository.Models,
                ["Captioning:Engine:Voices"] = Repository.Voices,
                ["Captioning:Engine:Device"] = "cpu",
                ["Captioning:Results:CaptionLifetime"] = CaptionLifetime.ToString(),
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await service.StartAsync(cancellationToken);
        await service.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, cancellationToken);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Chromium.LaunchAsync(playwright, mayPlay: true);
        List<PageTiming> timings = [];

        // The first round warms up the service and the browser.
        for (int round = 0; round <= rounds; round++)
        {
            await Task.Delay(CaptionLifetime * 1.5, cancellationToken);
            PageTiming timing = await PageTiming.MeasureAsync(browser, new Uri(service.Urls.Single() + "/"), "coffee");
            if (round > 0)
            {
                timings.Add(timing);
            }
        }

        PageTiming median = timings.OrderBy(timing => timing.Page - timing.Ready - timing.Engine).ElementAt(rounds / 2);
        Console.WriteLine($"{Environment.ProcessorCount} cores, Chromium {browser.Version}, {rounds} rounds");
        Console.WriteLine($"  service, for the photo  {median.Engine.TotalMilliseconds:F0} ms");
        Console.WriteLine($"  load to caption         {median.Page.TotalMilliseconds:F0} ms  ratio {median.Page / median.Engine:F2}: page and samples there after {median.Ready.TotalMilliseconds:F0}, photo sent after {median.Sent.TotalMilliseconds:F0}, answer after {median.Answered.TotalMilliseconds:F0} ms");
        TimeSpan press = median.Page - median.Ready;
        Console.WriteLine($"  press to caption        {press.TotalMilliseconds:F0} ms  ratio {press / median.Engine:F2}  of its own {(press - median.Engine).TotalMilliseconds:F0} ms");
        await service.StopAsync(CancellationToken.None);
    }
}
