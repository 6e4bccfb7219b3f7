using Captioning.Worker.Hosting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Broker;

/// <summary>A RabbitMQ node, and the service with the repository's model and voice on it.</summary>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    public const int BatchSize = 8;

    /// <summary>Far beyond what a slow machine needs: a test that waits for it has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly RabbitMqNode _node = new();
    private readonly TemporaryFolder _folder = new();
    private readonly PictureServer _pictures = new();
    private WebApplication _service = null!;

    /// <summary>The broker's address.</summary>
    internal Uri Broker => _node.Uri;

    internal RabbitMqNode Node => _node;

    internal PictureServer Pictures => _pictures;

    /// <summary>Asks the service over HTTP.</summary>
    public HttpClient Http { get; private set; } = null!;

    internal EngineHost Engines => _service.Services.GetRequiredService<EngineHost>();

    /// <summary>Where speech is written.</summary>
    public string AudioFolder => _folder.Under("audio");

    /// <summary>A folder that photos may be read from, besides that of the samples.</summary>
    public string PhotoFolder => _folder.Under("photos");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(PhotoFolder);
        await _node.StartAsync();
        await _pictures.StartAsync();
        await StartServiceAsync();
    }

    public async Task StartServiceAsync()
    {
        _service = ServiceHost.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Captioning:Broker:Uri"] = Broker.ToString(),
                ["Captioning:Engine:Models"] = Repository.Models,
                ["Captioning:Engine:Voices"] = Repository.Voices,
                ["Captioning:Engine:Device"] = "cpu",
                ["Captioning:Engine:MaxBatchSize"] = $"{BatchSize}",
                ["Captioning:Sources:Folders:0"] = Repository.Samples,
                ["Captioning:Sources:Folders:1"] = PhotoFolder,
                ["Captioning:Sources:MaxInlineBytes"] = "100000",
                ["Captioning:Sources:Http:InternalHosts:0"] = _pictures.Host,
                ["Captioning:Audio:Location"] = AudioFolder,
                ["Captioning:Requests:MaxMessageBytes"] = "500000",
                ["Captioning:Http:Feedback:MaxImageBytes"] = "100000",
                ["Captioning:Requests:RetryDelay"] = "00:00:00.01",
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await _service.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_service.Urls.Single()), Timeout = Timeout.InfiniteTimeSpan };
        await HealthyAsync();
    }

    /// <summary>Waits until requests are taken.</summary>
    internal async Task HealthyAsync()
    {
        using CancellationTokenSource timeout = new(Patience);
        await _service.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, timeout.Token);
    }

    public async Task StopServiceAsync()
    {
        Http.Dispose();
        await _service.StopAsync();
        await _service.DisposeAsync();
    }

    public async Task DisposeAsync()
    {
        await StopServiceAsync();
        await _pictures.DisposeAsync();
        await _node.DisposeAsync();
        _folder.Dispose();
    }
}
