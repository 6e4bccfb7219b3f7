namespace Captioning.Contracts;

/// <summary>The answer to a <see cref="CaptionImage"/> that succeeded.</summary>
public sealed record ImageCaptioned
{
    /// <summary>The request's id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The best caption: one plain English sentence, capitalised, with a final period.</summary>
    public required string Caption { get; init; }

    /// <summary>The best caption's score, by which candidates are ranked: its log-probability after length normalisation; 0 is best.</summary>
    public required double Score { get; init; }

    /// <summary>The natural logarithm of the best caption's probability under the model: the sum over its tokens and the end of the sentence.</summary>
    public required double LogProbability { get; init; }

    /// <summary>All captions that were asked for, best first; the first is <see cref="Caption"/>.</summary>
    public required IReadOnlyList<CaptionCandidate> Candidates { get; init; }

    /// <summary>The best caption's tokens in their order, without the end of the sentence.</summary>
    public required IReadOnlyList<CaptionWord> Words { get; init; }

    /// <summary>The model that wrote the caption.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>The image that was captioned.</summary>
    public required ImageProperties Image { get; init; }

    /// <summary>The speech; null where none was asked for or <see cref="SpeechError"/> says why there is none.</summary>
    public SpeechAudio? Audio { get; init; }

    /// <summary>Why the caption could not be spoken. Failing speech never loses the caption.</summary>
    public string? SpeechError { get; init; }

    /// <summary>How long each stage took.</summary>
    public required StageTimings Timings { get; init; }

    /// <summary>The name of the worker that answered.</summary>
    public required string Worker { get; init; }

    /// <summary>The request's notes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>One caption among those asked for.</summary>
/// <param name="Text">The caption: one plain English sentence.</param>
/// <param name="Score">Its log-probability after length normalisation; 0 is best.</param>
public sealed record CaptionCandidate(string Text, double Score);

/// <summary>One token of a caption.</summary>
/// <param name="Text">The word or mark.</param>
/// <param name="LogProbability">The natural logarithm of its probability, given the image and the tokens before it.</param>
public sealed record CaptionWord(string Text, double LogProbability);

/// <summary>Which model wrote a caption.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="Version">The version of the model of that id.</param>
public sealed record ModelReference(string Id, string Version);

/// <summary>What is known of an image.</summary>
/// <param name="Sha256">The SHA-256 of the file's bytes, in lower-case hexadecimal.</param>
/// <param name="Bytes">The file's size in bytes.</param>
/// <param name="Width">The width in pixels, as the picture is meant to be seen.</param>
/// <param name="Height">The height in pixels, as the picture is meant to be seen.</param>
/// <param name="Format">The format that the bytes have, whatever the name says: <c>Jpeg</c>, <c>Png</c>, <c>Heic</c>...</param>
public sealed record ImageProperties(string Sha256, long Bytes, int Width, int Height, string Format);

/// <summary>A caption as speech.</summary>
/// <param name="Uri">The URI of the RIFF WAVE file: the destination asked for.</param>
/// <param name="Voice">The id of the voice.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Duration">The length in seconds.</param>
public sealed record SpeechAudio(string Uri, string Voice, int SampleRate, double Duration);

/// <summary>How long each stage of a request took, in seconds.</summary>
/// <param name="Queued">Waiting in the worker for a decoder and for a place in a batch.</param>
/// <param name="Decode">Reading, decoding and resizing the image.</param>
/// <param name="Inference">The encoder and decoder, for the batch that the image was in.</param>
/// <param name="Speech">Waiting for the voice and speaking; null where no speech was asked for.</param>
public sealed record StageTimings(double Queued, double Decode, double Inference, double? Speech = null);
