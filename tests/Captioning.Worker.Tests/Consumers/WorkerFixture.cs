using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Captioning.Worker.Consumers;
using Captioning.Worker.Requests;
using Captioning.Worker.Results;
using Captioning.Worker.Speech;
using Captioning.Worker.Stores;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Captioning.Worker.Tests.Consumers;

/// <summary>The consumer with the repository's model and voice, on MassTransit's test harness.</summary>
public sealed class WorkerFixture : IAsyncLifetime
{
    // Far beyond what a slow machine needs: a test that waits for it has failed.
    private static readonly RequestTimeout Patience = RequestTimeout.After(m: 10);

    private readonly TemporaryFolder _folder = new();
    private CaptionEngine _engine = null!;
    private Speaker _speaker = null!;
    private ServiceProvider _services = null!;

    public IRequestClient<CaptionImage> Client { get; private set; } = null!;

    /// <summary>Where speech may be written.</summary>
    public string AudioFolder => _folder.Root;

    public async Task InitializeAsync()
    {
        CaptionEngineOptions options = new() { ModelPath = Repository.Model, Device = Device.Cpu };

        // A machine that does many things at once takes long over small images.
        options.Images.TimeLimit = TimeSpan.FromMinutes(5);
        _engine = CaptionEngine.Load(options);
        AudioStores stores = new([new LocalAudioStore([AudioFolder], TimeProvider.System)], new AudioOptions { Location = AudioFolder });
        _speaker = new Speaker(new VoiceCatalog(Repository.Voices), stores, Device.Cpu, NullLoggerFactory.Instance, TimeProvider.System);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(options).AddSingleton(_engine).AddSingleton(_speaker).AddSingleton(new WorkerName("worker 1"))
            .AddSingleton<IImageCaptioner, LocalImageCaptioner>().AddSingleton<RequestHandler>()
            .AddSingleton(new RequestOptions { RetryDelay = TimeSpan.FromMilliseconds(10) }).AddSingleton<RequestDispatcher>()
            .AddKnownResults(new ResultOptions())
            .AddMassTransitTestHarness(bus =>
            {
                bus.DisableUsageTelemetry();
                bus.AddConsumer<CaptionImageConsumer, CaptionImageConsumerDefinition>();
            })
            .BuildServiceProvider(validateScopes: true);
        ITestHarness harness = _services.GetRequiredService<ITestHarness>();
        await harness.Start();
        Client = harness.Bus.CreateRequestClient<CaptionImage>(Patience);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _speaker.DisposeAsync();
        await _engine.DisposeAsync();
        _folder.Dispose();
    }
}
