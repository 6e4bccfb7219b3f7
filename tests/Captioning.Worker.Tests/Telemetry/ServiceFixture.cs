using Captioning.Contracts;
using Captioning.Worker.Hosting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Telemetry;

/// <summary>The service without a broker, which has captioned and spoken one photo and refused another.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    public const string WorkerName = "observed";

    private readonly TemporaryFolder _folder = new();
    private WebApplication _service = null!;

    internal OtlpCollector Collector { get; } = new();

    /// <summary>Where the service answers over HTTP.</summary>
    public Uri Address => new(_service.Urls.Single());

    public HttpClient Http { get; } = new();

    public IRequestClient<CaptionImage> Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Collector.StartAsync();
        _service = ServiceHost.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["urls"] = "http://127.0.0.1:0",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Endpoint,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["Captioning:Worker"] = WorkerName,
                ["Captioning:Engine:Models"] = Repository.Models,
                ["Captioning:Engine:Voices"] = Repository.Voices,
                ["Captioning:Engine:Device"] = "cpu",
                ["Captioning:Engine:MaxBatchSize"] = "4",
                ["Captioning:Sources:Folders:0"] = Repository.Samples,
                ["Captioning:Audio:Location"] = _folder.Under("audio"),
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await _service.StartAsync();
        Http.BaseAddress = Address;

        using CancellationTokenSource timeout = new(Poll.Patience);
        IBusControl bus = _service.Services.GetRequiredService<IBusControl>();
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, timeout.Token);
        Client = bus.CreateRequestClient<CaptionImage>(RequestTimeout.After(ms: (int)Poll.Patience.TotalMilliseconds));

        Response<ImageCaptioned, CaptionFailed> answer = await Client.GetResponse<ImageCaptioned, CaptionFailed>(Request("coffee.png") with { Speak = new SpeakOptions() });
        ImageCaptioned captioned = Assert.IsType<ImageCaptioned>(answer.Message);
        Assert.NotNull(captioned.Audio);
        Response<ImageCaptioned, CaptionFailed> refusal = await Client.GetResponse<ImageCaptioned, CaptionFailed>(Request("missing.png"));
        Assert.Equal(FailureReason.NotFound, Assert.IsType<CaptionFailed>(refusal.Message).Reason);
        using ByteArrayContent photo = new(await File.ReadAllBytesAsync(Repository.Sample("coffee.png")));
        photo.Headers.Add("Content-Type", "image/png");
        using HttpResponseMessage response = await Http.PostAsync("/v1/captions", photo);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A request for a photo of the samples.</summary>
    public static CaptionImage Request(string sample) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        Image = new Uri(Path.Join(Repository.Samples, sample)).AbsoluteUri,
    };

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _service.StopAsync();
        await _service.DisposeAsync();
        await Collector.DisposeAsync();
        _folder.Dispose();
    }
}
