using System.Collections;
using Captioning.Inference;
using Captioning.Inference.Speech;
using Captioning.Worker.Http;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using Captioning.Worker.Results;
using Captioning.Worker.Sources;
using Captioning.Worker.Speech;
using Captioning.Worker.Stores;
using Captioning.Worker.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Hosting;

/// <summary>Puts the service together.</summary>
internal static class ServiceHost
{
    private const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>Time for all that is not the requests under way.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    /// <param name="settings">Settings of the command line, by their keys; they go before all others.</param>
    /// <param name="logging">Sets up the log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="Cli.UsageException">Settings are wrong; the message lists every one.</exception>
    public static WebApplication Create(IReadOnlyDictionary<string, string?> settings, Action<ILoggingBuilder> logging, TimeProvider time)
    {
        // Where the service is started from decides nothing but the meaning of relative paths.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)));
        builder.Configuration.AddInMemoryCollection(settings);
        ServiceOptions options = ServiceConfiguration.Read(builder.Configuration);
        logging(builder.Logging.ClearProviders());
        builder.WebHost.UseUrls(builder.Configuration["urls"] ?? DefaultUrls);
        WorkerName worker = options.Worker is { } name ? new WorkerName(name) : WorkerName.OfProcess();
        AddService(builder.Services, options, worker, time);
        builder.Services.AddTelemetry(builder.Configuration, worker);

        WebApplication application = builder.Build();
        application.UseHttpApi();
        application.MapHealth();
        application.MapPrometheusScrapingEndpoint();
        return application;
    }

    private static void AddService(IServiceCollection services, ServiceOptions options, WorkerName worker, TimeProvider time)
    {
        services.AddSingleton(time).AddSingleton(options).AddSingleton(options.Requests).AddSingleton(worker);
        services.AddImageSources(options.Sources, options.S3);
        services.AddAudioStores(options.Audio, options.S3);
        services.AddKnownResults(options.Results);
        AddEngine(services, options);
        services.AddSingleton<IImageCaptioner, ServiceImageCaptioner>();
        services.AddSingleton<RequestHandler>();
        services.AddHttpApi(options.Http, options.Broker.IsConfigured);
        services.AddMessaging(options.Broker, options.ShutdownTimeout);
        services.AddSingleton<AudioStoreHealthCheck>();
        services.AddHealthChecks().AddCheck<EngineHealthCheck>("engine").AddCheck<AudioStoreHealthCheck>("audio-store");
        services.AddHostedService<ServiceLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelWatcher>());
        services.AddSystemd();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + StopMargin);
    }

    private static void AddEngine(IServiceCollection services, ServiceOptions options)
    {
        EngineSettings engine = options.Engine;
        services.AddSingleton(engine).AddSingleton(engine.ToOptions("-", options.Sources.MaxBytes)).AddSingleton(new VoiceCatalog(engine.VoiceFolder));
        services.AddSingleton(provider => new EngineHost(
            () => Load(provider, engine.ModelFolder.Resolve(engine.Model)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EngineHost>>()));
        services.AddSingleton(provider => new ModelWatcher(
            provider.GetRequiredService<EngineHost>(),
            () => engine.ModelFolder.Resolve(engine.Model),
            folder => Load(provider, folder),
            engine.WatchInterval,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelWatcher>>()));
        services.AddSingleton(provider => new Speaker(
            provider.GetRequiredService<VoiceCatalog>(),
            provider.GetRequiredService<AudioStores>(),
            engine.ParsedDevice,
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));

        CaptionEngine Load(IServiceProvider provider, string folder) => CaptionEngine.Load(
            engine.ToOptions(folder, options.Sources.MaxBytes), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>());
    }
}
