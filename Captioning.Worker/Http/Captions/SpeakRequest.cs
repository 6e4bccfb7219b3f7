using System.Text.Json.Serialization;

namespace Captioning.Worker.Http.Captions;

/// <summary>How to speak a caption.</summary>
[JsonConverter(typeof(SpeakRequestConverter))]
internal sealed record SpeakRequest
{
    /// <summary>The id of the voice; the worker's own choice where it is null.</summary>
    public string? Voice { get; init; }

    /// <summary>How fast to speak, 0.25 to 4; 1 is the speed of the voice.</summary>
    public double? Speed { get; init; }
}
