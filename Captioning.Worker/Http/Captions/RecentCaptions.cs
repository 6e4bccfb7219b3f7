using System.Collections.Concurrent;

namespace Captioning.Worker.Http.Captions;

/// <summary>The captions of the API that are being made for later, and those that were given lately.</summary>
internal sealed class RecentCaptions(HttpOptions options, TimeProvider time)
{
    // What a kept caption takes besides its JSON: its objects, with the strings that the JSON has too.
    private const int Overhead = 1024;

    private readonly ConcurrentDictionary<string, PendingCaption> _pending = new(StringComparer.Ordinal);
    private readonly RecentItems<KeptCaption> _kept = new(options.CaptionMemory, options.Lifetime, time);

    /// <summary>A caption that was given; null where there is none or it is forgotten.</summary>
    public KeptCaption? Find(string requestId) => _kept.Find(requestId);

    /// <summary>A caption that is being made for later; null where there is none.</summary>
    public PendingCaption? FindPending(string requestId) => _pending.GetValueOrDefault(requestId);

    public void Keep(string requestId, KeptCaption caption) => _kept.Keep(requestId, caption, (2 * caption.Reply.Json.Length) + Overhead);

    /// <summary>Announces a caption for later.</summary>
    /// <returns>False where one of that id is being made or was given already; one that failed may be tried again.</returns>
    public bool TryBegin(PendingCaption caption) => Find(caption.RequestId)?.Captioned is null && _pending.TryAdd(caption.RequestId, caption);

    /// <summary>Says that a caption for later is being worked on.</summary>
    public void Work(string requestId)
    {
        if (_pending.TryGetValue(requestId, out PendingCaption? pending))
        {
            _pending.TryUpdate(requestId, pending with { Status = CaptionStatus.Working }, pending);
        }
    }

    /// <summary>Says that a caption for later is kept, or will never be there.</summary>
    public void End(string requestId) => _pending.TryRemove(requestId, out _);
}
