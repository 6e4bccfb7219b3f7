using Captioning.Inference.Telemetry;
using Captioning.Worker.Requests;
using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Captioning.Worker.Telemetry;

/// <summary>Registers OpenTelemetry.</summary>
internal static class TelemetryServices
{
    private const string ServiceName = "captioning";

    /// <summary>
    /// Measures for Prometheus, and traces, so that the log can name the trace that a request belongs to. Both go to a collector
    /// as well where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one; the SDK reads its other variables itself.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Says where the collector is.</param>
    /// <param name="worker">The name of the process.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="meters">Meters besides those of the engine, the worker and the frameworks.</param>
    public static IServiceCollection AddTelemetry(
        this IServiceCollection services, IConfiguration configuration, WorkerName worker, string service = ServiceName, params string[] meters)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(service, serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3), serviceInstanceId: worker.Value)

                // What the operator says goes before.
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddMeter(EngineMetrics.MeterName, WorkerMetrics.MeterName, InstrumentationOptions.MeterName, "System.Runtime",
                    "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting")
                .AddMeter(meters)
                .AddPrometheusExporter())
            .WithTracing(traces => traces

                // Probes, scrapes and the files of the page would be most of all traces.
                .AddAspNetCoreInstrumentation(http => http.Filter = context => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
                .AddSource(EngineTracing.SourceName, WorkerTracing.SourceName, DiagnosticHeaders.DefaultListenerName));
        if (!string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry
                .WithMetrics(metrics => metrics.AddOtlpExporter())
                .WithTracing(traces => traces.AddOtlpExporter());
        }

        return services;
    }
}
