using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Worker.Consumers;
using Captioning.Worker.Output;
using Captioning.Worker.Requests;
using Captioning.Worker.Results;
using Captioning.Worker.Speech;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Cli;

/// <summary>The service inside this process: its consumer on an in-memory bus, for callers that bring their own photos.</summary>
internal sealed class LocalWorker : IAsyncDisposable
{
    // No request is given up: a slow photo fails by the decoder's own limit, and a long queue is no failure.
    private static readonly RequestTimeout Patience = RequestTimeout.After(d: 1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly ServiceProvider _services;
    private readonly IBusControl _bus;
    private readonly IRequestClient<CaptionImage> _client;

    private LocalWorker(ServiceProvider services)
    {
        _services = services;
        _bus = services.GetRequiredService<IBusControl>();
        _client = _bus.CreateRequestClient<CaptionImage>(Patience);
    }

    /// <summary>Starts the bus; the engine and the speaker stay the caller's.</summary>
    public static async Task<LocalWorker> StartAsync(CaptionEngine engine, CaptionEngineOptions options, Speaker speaker, ILoggerFactory loggers, TimeProvider time)
    {
        LocalWorker worker = new(Configure(engine, options, speaker, loggers, time));
        await worker._bus.StartAsync();
        return worker;
    }

    /// <summary>Has one image captioned.</summary>
    /// <param name="path">The path that the result carries.</param>
    /// <param name="request">The request.</param>
    public async Task<CaptionResult> AskAsync(string path, CaptionImage request)
    {
        Response<ImageCaptioned, CaptionFailed> response = await _client.GetResponse<ImageCaptioned, CaptionFailed>(request);
        response.Is(out Response<ImageCaptioned>? captioned);
        response.Is(out Response<CaptionFailed>? failed);
        return new CaptionResult(path, captioned?.Message, failed?.Message);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource timeout = new(StopTimeout);
        await _bus.StopAsync(timeout.Token);
        await _services.DisposeAsync();
    }

    private static ServiceProvider Configure(CaptionEngine engine, CaptionEngineOptions options, Speaker speaker, ILoggerFactory loggers, TimeProvider time)
    {
        ServiceCollection services = new();
        services.AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(time).AddSingleton(engine).AddSingleton(options).AddSingleton(speaker).AddSingleton(WorkerName.OfProcess());
        services.AddSingleton<IImageCaptioner, LocalImageCaptioner>().AddSingleton<RequestHandler>();
        services.AddSingleton(new RequestOptions { Retries = 0 }).AddSingleton<RequestDispatcher>();

        // Every request has an id of its own, so that there is nothing to remember.
        services.AddKnownResults(new ResultOptions { MaxBytes = 1 << 20 });
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddConsumer<CaptionImageConsumer, CaptionImageConsumerDefinition>();
            bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
        });
        return services.BuildServiceProvider(validateScopes: true);
    }
}
