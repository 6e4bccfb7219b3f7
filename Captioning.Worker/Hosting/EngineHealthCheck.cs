using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Captioning.Worker.Hosting;

/// <summary>Healthy while there is an engine that works.</summary>
internal sealed class EngineHealthCheck(EngineHost engines) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        engines.Current is { } engine
            ? HealthCheckResult.Healthy($"{engine.Manifest.Id} {engine.Manifest.Version} on {engine.Device}")
            : HealthCheckResult.Unhealthy(engines.Problem ?? "The model is being loaded."));
}
