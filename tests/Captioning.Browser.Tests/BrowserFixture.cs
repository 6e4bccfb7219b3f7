using Captioning.Worker.Hosting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Captioning.Browser.Tests;

/// <summary>The service, with the repository's model and voice and no broker, and Chromium to look at its page.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Far beyond what a slow machine needs: a test that waits for it has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-browser-").FullName;
    private WebApplication _service = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _silentBrowser = null!;

    /// <summary>A Chromium that lets pages speak unasked.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <summary>Where the service is.</summary>
    public Uri Address { get; } = NewAddress();

    /// <summary>Where feedback is written, as there is no broker.</summary>
    public string FeedbackFolder => Path.Combine(_folder, "feedback");

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.LaunchAsync(_playwright, mayPlay: true);
        _silentBrowser = await Chromium.LaunchAsync(_playwright, mayPlay: false);
        _service = await StartServiceAsync(Address, ("Captioning:Http:Feedback:Folder", FeedbackFolder));
    }

    /// <summary>Starts a service, and waits until it takes requests.</summary>
    internal static async Task<WebApplication> StartServiceAsync(Uri address, params IEnumerable<(string Key, string Value)> settings)
    {
        WebApplication service = ServiceHost.Create(
            new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)), StringComparer.Ordinal)
            {
                ["urls"] = address.ToString(),
                ["Captioning:Engine:Models"] = Repository.Models,
                ["Captioning:Engine:Voices"] = Repository.Voices,
                ["Captioning:Engine:Device"] = "cpu",
                // The page is given its own service's samples by address.
                ["Captioning:Sources:Http:InternalHosts:0"] = address.Authority,
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await service.StartAsync();
        using CancellationTokenSource timeout = new(Patience);
        await service.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, timeout.Token);
        return service;
    }

    /// <summary>Opens the page in a tab of its own, with nothing remembered.</summary>
    /// <param name="options">How the browser is; a desktop's window by default.</param>
    /// <param name="mayPlay">Whether the page may speak unasked.</param>
    /// <param name="address">Another service's address.</param>
    /// <param name="open">Whether to open the page; false: only the tab.</param>
    internal async Task<Visit> VisitAsync(BrowserNewContextOptions? options = null, bool mayPlay = true, Uri? address = null, bool open = true)
    {
        IBrowserContext context = await (mayPlay ? Browser : _silentBrowser).NewContextAsync(options ?? Devices.Desktop());
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        Visit visit = new(await context.NewPageAsync(), address ?? Address);
        if (open)
        {
            await visit.OpenAsync();
        }

        return visit;
    }

    /// <summary>An address of this machine that nobody listens at.</summary>
    internal static Uri NewAddress() => new($"http://127.0.0.1:{FreePorts.Take()}/");

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        await _silentBrowser.DisposeAsync();
        _playwright.Dispose();
        await _service.StopAsync();
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
