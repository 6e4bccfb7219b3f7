using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Captioning.Worker.Tests.Telemetry;

/// <summary>A Prometheus of the tests' own, which scrapes one target.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-prometheus-").FullName;
    private readonly Process _process;
    private readonly HttpClient _http;

    public PrometheusServer(Uri target)
    {
        string program = Array.Find(Path(), File.Exists)
            ?? throw new FileNotFoundException("These tests need Prometheus, which is not installed: sudo apt-get install prometheus");
        string configuration = System.IO.Path.Join(_folder, "prometheus.yml");
        File.WriteAllText(configuration, $"""
            scrape_configs:
              - job_name: captioning
                scrape_interval: 1s
                static_configs:
                  - targets: ["{target.Authority}"]
            """);
        string address = $"127.0.0.1:{FreePorts.Take()}";
        _http = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v1/") };
        string[] arguments = [$"--config.file={configuration}", $"--storage.tsdb.path={System.IO.Path.Join(_folder, "data")}", $"--web.listen-address={address}"];
        _process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks until the answer is there; null before.</summary>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    public async Task<JsonNode?> GetAsync(string path)
    {
        Assert.False(_process.HasExited, "Prometheus has ended.");
        try
        {
            return JsonNode.Parse(await _http.GetStringAsync(path));
        }
        catch (HttpRequestException)
        {
            // It is not up yet.
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] Path() =>
        [.. (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(folder => System.IO.Path.Join(folder, "prometheus"))];
}
