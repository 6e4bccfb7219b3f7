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
    private readonly ResultMemory _memory = new(cache, "answer", options.AnswerLifetime);

    /// <param name="requestId">The request's id.</param>
    /// <param name="answer">Finds the answer where it is not known.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Answer> GetOrAddAsync(string requestId, Func<CancellationToken, ValueTask<Answer>> answer, CancellationToken cancellationToken) =>

        // Ids may hold characters that keys may not.
        _memory.GetOrAddAsync(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestId))), answer, cancellationToken);
}
