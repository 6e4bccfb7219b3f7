using Captioning.Contracts;

namespace Captioning.Worker.Output;

/// <summary>A caption as JSON lines and JSON show it.</summary>
internal sealed record CaptionLine(
    string Path,
    string Caption,
    double Score,
    double LogProbability,
    IReadOnlyList<CaptionCandidate> Candidates,
    IReadOnlyList<CaptionWord> Words,
    ModelReference Model,
    ImageProperties Image,
    SpeechAudio? Audio,
    string? SpeechError,
    StageTimings Timings);
