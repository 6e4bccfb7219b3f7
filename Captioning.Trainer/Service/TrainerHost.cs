using System.Collections;
using Captioning.Trainer.Feedback;
using Captioning.Worker.Cli;
using Captioning.Worker.Hosting;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;
using Captioning.Worker.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Trainer.Service;

/// <summary>Puts the training service together.</summary>
internal static class TrainerHost
{
    private const string DefaultUrls = "http://127.0.0.1:8081";
    private const string ServiceName = "captioning-trainer";

    /// <summary>Time for all that is not the training under way.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    /// <param name="settings">Settings of the command line, by their keys; they go before all others.</param>
    /// <param name="logging">Sets up the log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UsageException">Settings are wrong, or another process uses the work folder; the message says all.</exception>
    public static WebApplication Create(IReadOnlyDictionary<string, string?> settings, Action<ILoggingBuilder> logging, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles(
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)),
            TrainerOptions.Section);
        builder.Configuration.AddInMemoryCollection(settings);
        TrainerOptions options = Read(builder.Configuration);
        logging(builder.Logging.ClearProviders());
        builder.WebHost.UseUrls(builder.Configuration["urls"] ?? DefaultUrls);
        WorkerName worker = WorkerName.OfProcess();
        AddService(builder.Services, options, worker, time);
        builder.Services.AddTelemetry(builder.Configuration, worker, ServiceName, TrainerMetrics.MeterName);

        WebApplication application = builder.Build();
        application.MapHealth();
        application.MapPrometheusScrapingEndpoint();
        return application;
    }

    private static TrainerOptions Read(ConfigurationManager configuration)
    {
        TrainerOptions options = new();
        Dictionary<string, object> parts = new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(options.Broker)] = options.Broker,
            [nameof(options.BaseData)] = options.BaseData,
            [nameof(options.Feedback)] = options.Feedback,
            [nameof(options.Recipe)] = options.Recipe,
            [nameof(options.Gate)] = options.Gate,
            [nameof(options.Triggers)] = options.Triggers,
            [nameof(options.Sources)] = options.Sources,
            [nameof(options.S3)] = options.S3,
        };
        Dictionary<string, Action<IConfigurationSection>> values = new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(options.Models)] = value => options.Models = value.Value,
            [nameof(options.Model)] = value => options.Model = value.Value,
            [nameof(options.Work)] = value => options.Work = value.Value ?? string.Empty,
            [nameof(options.KeepVersions)] = value => options.KeepVersions = value.Get<int>(),
            [nameof(options.KeepTrainings)] = value => options.KeepTrainings = value.Get<int>(),
            [nameof(options.ProgressInterval)] = value => options.ProgressInterval = value.Get<TimeSpan>(),
            [nameof(options.ShutdownTimeout)] = value => options.ShutdownTimeout = value.Get<TimeSpan>(),
        };
        ServiceConfiguration.Bind(configuration.GetSection(TrainerOptions.Section), parts, values, options.FindErrors);
        return options;
    }

    private static void AddService(IServiceCollection services, TrainerOptions options, WorkerName worker, TimeProvider time)
    {
        // Registered by a factory, it is let go of with the host.
        WorkFolder folder = WorkFolder.Hold(options.Work);
        services.AddSingleton(_ => folder);
        try
        {
            services.AddSingleton(FeedbackStore.Open(options.FeedbackFolder, time)).AddSingleton(new TrainingLedger(Path.Combine(options.Work, "trainings.db"), time));
        }
        catch (Exception e) when (e is FeedbackException or SqliteException)
        {
            folder.Dispose();
            throw new UsageException(e.Message);
        }

        services.AddSingleton(time).AddSingleton(options).AddSingleton(options.Feedback).AddSingleton(options.Triggers);
        services.AddImageSources(options.Sources, options.S3);
        services.AddSingleton<Retraining>().AddSingleton<TrainingLoop>();
        AddMessaging(services, options, worker);

        // Those that are added last are stopped first: trainings end while the bus can still tell of them.
        services.AddHostedService(provider =>
        {
            provider.GetRequiredService<WorkFolder>();
            return provider.GetRequiredService<TrainingLoop>();
        });
        services.AddHostedService<TrainingTriggers>();
        services.AddHealthChecks().AddCheck<TrainerHealthCheck>("model");
        services.AddSystemd();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + StopMargin);
    }

    private static void AddMessaging(IServiceCollection services, TrainerOptions options, WorkerName worker) => services.AddMassTransit(bus =>
    {
        bus.DisableUsageTelemetry();
        bus.AddConsumer<FeedbackConsumer, FeedbackConsumerDefinition>();
        bus.AddConsumer<RetrainModelConsumer, RetrainModelConsumerDefinition>();
        bus.UsingRabbitMq((context, rabbit) =>
        {
            RabbitMqConnection.Configure(rabbit, options.Broker, worker.Value);
            rabbit.ConfigureEndpoints(context);
        });
    });
}
