using System.Text.Json.Serialization;
using Captioning.Contracts;

namespace Captioning.Worker.Http.Discovery;

/// <summary>How the worker is.</summary>
/// <param name="Ready">Whether it can caption images at the moment.</param>
/// <param name="Problem">Why not.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Device">Where it runs: <c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Queue">Images that wait or are being captioned.</param>
/// <param name="ImagesPerSecond">Captions given a second, on average over the last ten seconds.</param>
/// <param name="Captioned">Captions given since the worker was started.</param>
/// <param name="Failed">Requests that failed since then.</param>
/// <param name="Feedback">Whether it takes feedback.</param>
/// <param name="Speech">Whether it can speak.</param>
/// <param name="Limits">What it takes at once.</param>
internal sealed record StatusResponse(
    bool Ready,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Problem,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ModelReference? Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Device,
    QueueStatus Queue,
    double ImagesPerSecond,
    long Captioned,
    long Failed,
    bool Feedback,
    bool Speech,
    LimitsStatus Limits);
