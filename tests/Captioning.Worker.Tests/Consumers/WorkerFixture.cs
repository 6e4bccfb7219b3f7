using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Captioning.Worker.Consumers;
using Captioning.Worker.Speech;
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

    private CaptionEngine _engine = null!;
    private Speaker _speaker = null!;
    private ServiceProvider _services = null!;

    public IRequestClient<CaptionImage> Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        CaptionEngineOptions options = new() { ModelPath = Path.Join(Repository.Models, "efficientnet-lite2-260-flickr8k"), Device = Device.Cpu };
        _engine = CaptionEngine.Load(options);
        _speaker = new Speaker(new VoiceCatalog(Repository.Voices), Device.Cpu, NullLoggerFactory.Instance, TimeProvider.System);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(options).AddSingleton(_engine).AddSingleton(_speaker).AddSingleton(new WorkerName("worker 1"))
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
    }
}
