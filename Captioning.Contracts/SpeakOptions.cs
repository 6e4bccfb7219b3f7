namespace Captioning.Contracts;

/// <summary>How a caption is spoken.</summary>
public sealed record SpeakOptions
{
    /// <summary>
    /// Where the speech is written, as a <c>file:</c> or <c>s3:</c> URI that ends in <c>.wav</c>, below a place that the
    /// worker may write to. The file appears whole or not at all; missing folders are made and an existing file is
    /// replaced. Where it is null, the worker's own store under a name made of the request's id and the caption.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>The id of the voice; the worker's own choice where it is null.</summary>
    public string? Voice { get; init; }

    /// <summary>The format of the file. WAV by default.</summary>
    public AudioFormat Format { get; init; } = AudioFormat.Wav;

    /// <summary>How fast to speak, 0.25 to 4: 2 is twice as fast. 1 by default, the speed of the voice.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>
    /// False: the caption is answered together with its speech. True: the caption is answered at once, and the speech
    /// follows as a <see cref="SpeechSynthesized"/> of its own. False by default.
    /// </summary>
    public bool Later { get; init; }
}
