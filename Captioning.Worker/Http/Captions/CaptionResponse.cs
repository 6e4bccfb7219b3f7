using Captioning.Contracts;
using Captioning.Worker.Requests;

namespace Captioning.Worker.Http.Captions;

/// <summary>The caption of an image: all of <see cref="ImageCaptioned"/>, and what there is to do with it over HTTP.</summary>
internal sealed record CaptionResponse
{
    /// <summary>The name that this answer is kept under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>done</c>.</summary>
    public string Status { get; } = CaptionStatus.Done;

    /// <summary>The image's place in the request, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The image's file name or URL.</summary>
    public required string Name { get; init; }

    /// <summary>The best caption: one plain English sentence.</summary>
    public required string Caption { get; init; }

    /// <summary>Its log-probability after length normalisation, by which candidates are ranked; 0 is best.</summary>
    public required double Score { get; init; }

    /// <summary>The natural logarithm of its probability under the model.</summary>
    public required double LogProbability { get; init; }

    /// <summary>All captions that were asked for, best first.</summary>
    public required IReadOnlyList<CaptionCandidate> Candidates { get; init; }

    /// <summary>The best caption's words and marks.</summary>
    public required IReadOnlyList<WordResponse> Words { get; init; }

    /// <summary>The grid that the attention of each word is given for; null where attention was not asked for.</summary>
    public AttentionGrid? Attention { get; init; }

    /// <summary>The model that wrote the caption.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>The image.</summary>
    public required ImageProperties Image { get; init; }

    /// <summary>The speech, where it was asked for; its <c>uri</c> is a path of this API.</summary>
    public SpeechAudio? Audio { get; init; }

    /// <summary>Why the caption could not be spoken.</summary>
    public string? SpeechError { get; init; }

    /// <summary>How long each stage took, in seconds.</summary>
    public required StageTimings Timings { get; init; }

    /// <summary>The worker that answered.</summary>
    public required string Worker { get; init; }

    /// <summary>The request's tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The request's notes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Paths of this API that have to do with the caption.</summary>
    public required CaptionLinks Links { get; init; }

    public static CaptionResponse Of(SubmittedImage image, ImageCaptioned captioned, WordAttention? attention) => new()
    {
        RequestId = captioned.RequestId,
        Index = image.Index,
        Name = image.Name,
        Caption = captioned.Caption,
        Score = captioned.Score,
        LogProbability = captioned.LogProbability,
        Candidates = captioned.Candidates,
        Words = [.. captioned.Words.Select((word, i) => new WordResponse(word.Text, word.LogProbability, attention?.Map(i)))],
        Attention = attention is null ? null : new AttentionGrid(attention.Rows, attention.Columns),
        Model = captioned.Model,
        Image = captioned.Image,
        Audio = captioned.Audio,
        SpeechError = captioned.SpeechError,
        Timings = captioned.Timings,
        Worker = captioned.Worker,
        Tags = captioned.Tags,
        Metadata = captioned.Metadata,
        Links = CaptionLinks.Of(captioned.RequestId),
    };
}
