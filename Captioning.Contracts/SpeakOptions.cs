namespace Captioning.Contracts;

/// <summary>How a caption is spoken.</summary>
public sealed record SpeakOptions
{
    /// <summary>
    /// Where the speech is written, as a <c>file:</c> URI: a RIFF WAVE file of 16-bit mono PCM, which appears whole or
    /// not at all. Missing folders are made and an existing file is replaced.
    /// </summary>
    public required string Destination { get; init; }

    /// <summary>The id of the voice; the worker's own choice where it is null.</summary>
    public string? Voice { get; init; }
}
