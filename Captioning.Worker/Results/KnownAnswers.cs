using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Captioning.Worker.Requests;
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
    public ValueTask<Answer> GetOrAddAsync(string requestId, Func<CancellationToken, ValueTask<Answer>> answer, CancellationToken cancellationToken)
    {
        // Ids may hold characters that keys may not.
        string key = "answer/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestId)));

        // The cache works on a thread of its own, where the trace would break off.
        return cache.GetOrCreateAsync(
            key,
            (answer, activity: Activity.Current),
            static (state, cancel) =>
            {
                Activity.Current = state.activity;
                return state.answer(cancel);
            },
            _lifetime,
            cancellationToken: cancellationToken);
    }
}
