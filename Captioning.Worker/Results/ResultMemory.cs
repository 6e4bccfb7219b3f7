using System.Diagnostics;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Caching.Hybrid;

namespace Captioning.Worker.Results;

/// <summary>Remembers results of one kind for a while. Who asks for one that is being made waits for it; an exception is no result.</summary>
/// <param name="cache">Where they are kept.</param>
/// <param name="kind">Their kind, for keys and metrics.</param>
/// <param name="lifetime">How long each is kept.</param>
internal sealed class ResultMemory(HybridCache cache, string kind, TimeSpan lifetime)
{
    private readonly HybridCacheEntryOptions _lifetime = new() { Expiration = lifetime, LocalCacheExpiration = lifetime };

    /// <param name="key">All that decides the result.</param>
    /// <param name="create">Makes the result where it is not known.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<T> GetOrAddAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, CancellationToken cancellationToken)
    {
        // The cache works on a thread of its own, where the trace would break off.
        Activity? activity = Activity.Current;
        bool known = true;
        try
        {
            return await cache.GetOrCreateAsync(
                $"{kind}/{key}",
                cancel =>
                {
                    known = false;
                    Activity.Current = activity;
                    return create(cancel);
                },
                _lifetime,
                cancellationToken: cancellationToken);
        }
        finally
        {
            WorkerMetrics.CountCacheRequest(kind, known);
        }
    }
}
