using System.Text.Json.Serialization;
using Captioning.Contracts;

namespace Captioning.Worker.Output;

/// <summary>What became of one input: <see cref="Captioned"/> or <see cref="Failed"/>, never both.</summary>
internal sealed record CaptionResult(string Path, ImageCaptioned? Captioned, CaptionFailed? Failed);

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

/// <summary>A failure as JSON lines and JSON show it.</summary>
internal sealed record FailureLine(string Path, string Error, FailureReason Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaptionLine))]
[JsonSerializable(typeof(FailureLine))]
internal sealed partial class ResultJsonContext : JsonSerializerContext;
