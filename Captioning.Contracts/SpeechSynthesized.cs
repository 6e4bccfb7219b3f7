namespace Captioning.Contracts;

/// <summary>Follows an <see cref="ImageCaptioned"/> whose request asked for speech <see cref="SpeakOptions.Later"/>.</summary>
public sealed record SpeechSynthesized
{
    /// <summary>The request's id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The caption that was spoken.</summary>
    public required string Caption { get; init; }

    /// <summary>The speech; null where <see cref="SpeechError"/> says why there is none.</summary>
    public SpeechAudio? Audio { get; init; }

    /// <summary>Why the caption could not be spoken.</summary>
    public string? SpeechError { get; init; }

    /// <summary>Seconds of waiting for the voice, speaking and storing.</summary>
    public required double Duration { get; init; }

    /// <summary>The model that wrote the caption.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>The image that was captioned.</summary>
    public required ImageProperties Image { get; init; }

    /// <summary>The name of the worker that answered.</summary>
    public required string Worker { get; init; }

    /// <summary>The request's tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The request's notes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
