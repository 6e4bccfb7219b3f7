using System.Text.Json.Serialization;

namespace Captioning.Worker.Http.Speech;

/// <summary>A text to speak.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SpeechRequest
{
    /// <summary>The text, in the voice's language.</summary>
    public required string Text { get; init; }

    /// <summary>The id of the voice; the worker's own choice by default.</summary>
    public string? Voice { get; init; }

    /// <summary>How fast to speak, 0.25 to 4. 1 by default.</summary>
    public double? Speed { get; init; }
}
