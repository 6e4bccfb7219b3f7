using System.Globalization;

namespace Captioning.Benchmarks;

/// <summary><c>captioning serve</c> without a broker, as a process of its own.</summary>
internal sealed class HttpService : IAsyncDisposable
{
    private const string Announcement = "The page and the API are at ";

    private readonly CaptioningProgram _worker;

    private HttpService(CaptioningProgram worker, Uri address, int clients)
    {
        _worker = worker;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients + 1 }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Has a connection for each client.</summary>
    public HttpClient Client { get; }

    /// <summary>Bytes of the worker that are in memory.</summary>
    public long WorkerBytes => _worker.ResidentBytes;

    /// <param name="batchSize">The most images in a batch.</param>
    /// <param name="clients">Requests that are sent at once.</param>
    public static async Task<HttpService> StartAsync(int batchSize, int clients)
    {
        CaptioningProgram worker = await CaptioningProgram.StartAsync(
            Announcement,
            [
                "serve", "--models", Repository.Models, "--device", "cpu", "--batch-size", $"{batchSize}", "--urls", "http://127.0.0.1:0",
                "--set", $"Captioning:Http:ClientConcurrency={clients}", "--set", "Captioning:Http:ClientRequestsPerMinute=0",
            ]);
        int at = worker.Announcement.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length;
        HttpService service = new(worker, new Uri(worker.Announcement[at..]), clients);
        while (!(await service.Client.GetAsync("/health/ready")).IsSuccessStatusCode)
        {
            await Task.Delay(100);
        }

        return service;
    }

    /// <summary>The number and the sum of the sizes of all batches so far.</summary>
    public async Task<(double Count, double Sum)> BatchesAsync()
    {
        string metrics = await Client.GetStringAsync("/metrics");
        return (Value("captioning_batch_size_count"), Value("captioning_batch_size_sum"));

        // A time stamp may follow.
        double Value(string name) => metrics.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture))
            .FirstOrDefault();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _worker.DisposeAsync();
    }
}
