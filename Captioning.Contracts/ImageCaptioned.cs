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

    /// <summary>The speech; null where none was asked for, where it comes later, or <see cref="SpeechError"/> says why there is none.</summary>
    public SpeechAudio? Audio { get; init; }

    /// <summary>Why the caption could not be spoken. Failing speech never loses the caption.</summary>
    public string? SpeechError { get; init; }

    /// <summary>How long each stage took.</summary>
    public required StageTimings Timings { get; init; }

    /// <summary>The name of the worker that answered.</summary>
    public required string Worker { get; init; }

    /// <summary>The request's tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The request's notes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
