using Captioning.Worker.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Captioning.Worker.Hosting;

/// <summary>
/// Healthy while speech can be written to the configured place, which is found out by writing: an empty file of a fixed name, the
/// same way as speech. What was found holds for a while, so that probes do not wear the store out.
/// </summary>
internal sealed class AudioStoreHealthCheck(AudioStores stores, AudioOptions options, TimeProvider time) : IHealthCheck, IDisposable
{
    /// <summary>The file that is written.</summary>
    public const string ProbeName = ".captioning-health" + AudioName.Extension;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _turn = new(1);
    private HealthCheckResult? _known;
    private long _found;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_known is not { } known || time.GetElapsedTime(_found) > Lifetime)
            {
                known = await ProbeAsync(cancellationToken);
                _known = known;
                _found = time.GetTimestamp();
            }

            return known;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stores.WriteAsync($"{AudioOptions.ToUri(options.Location)}/{ProbeName}", ReadOnlyMemory<byte>.Empty, cancellationToken);
            return HealthCheckResult.Healthy($"{AudioOptions.ToUri(options.Location)} can be written.");
        }
        catch (AudioStoreException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
