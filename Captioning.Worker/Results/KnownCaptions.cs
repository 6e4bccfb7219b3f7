using System.Diagnostics;
using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Worker.Requests;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Caching.Hybrid;

namespace Captioning.Worker.Results;

/// <summary>
/// Remembers what was said of an image, by all that decides it: the image's bytes, the model and the options. An image that
/// is asked for again while it is being captioned is not captioned twice.
/// </summary>
internal sealed class KnownCaptions(HybridCache cache, ResultOptions options)
{
    private readonly HybridCacheEntryOptions _lifetime = new() { Expiration = options.CaptionLifetime, LocalCacheExpiration = options.CaptionLifetime };

    /// <param name="sha256">The hash of the image's bytes.</param>
    /// <param name="model">The model.</param>
    /// <param name="captioning">What is asked for.</param>
    /// <param name="caption">Captions the image where that is not known.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<ImageCaption> GetOrAddAsync(
        string sha256, ModelReference model, CaptionOptions captioning, Func<CancellationToken, ValueTask<ImageCaption>> caption, CancellationToken cancellationToken)
    {
        string key = $"caption/{sha256}/{captioning.Beam ?? 0}/{captioning.Candidates}/{model.Version}/{model.Id}";

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
                    return caption(cancel);
                },
                _lifetime,
                cancellationToken: cancellationToken);
        }
        finally
        {
            WorkerMetrics.CountCacheRequest("caption", known);
        }
    }
}
