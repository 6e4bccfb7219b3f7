using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Captioning.Worker.Requests;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Caching.Hybrid;

namespace Captioning.Worker.Results;

/// <summary>
/// Remembers the answers to request ids: a request that is delivered twice is worked on once and answered twice with the same. An
/// exception is no answer and is not remembered.
/// </summary>
internal sealed class KnownAnswers(HybridCache cache, ResultOptions options)
{
    private readonly HybridCacheEntryOptions _lifetime = new() { Expiration = options.AnswerLifetime, LocalCacheExpiration = options.AnswerLifetime };

    /// <param name="requestId">The request's id.</param>
    /// <param name="answer">Finds the answer where it is not known.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Answer> GetOrAddAsync(string requestId, Func<CancellationToken, ValueTask<Answer>> answer, CancellationToken cancellationToken)
    {
        // Ids may hold characters that keys may not.
        string key = "answer/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestId)));

        // The cache works on a thread of its own, where the trace would break off.
        Activity? activity = Activity.Current;
        bool known = true;
        try
        {
            return await cache.GetOrCreateAsync(
                key,
                cancel =>
                {
                    known = false;
                    Activity.Current = activity;
                    return answer(cancel);
                },
                _lifetime,
                cancellationToken: cancellationToken);
        }
        finally
        {
            WorkerMetrics.CountCacheRequest("answer", known);
        }
    }
}
