using System.Text.Json.Serialization;

namespace Captioning.Trainer.Evaluation;

/// <summary>How well captions agree with the reference captions of their images. BLEU and ROUGE-L run from 0 to 1, CIDEr-D from 0 to 10.</summary>
public sealed record CaptionScores
{
    /// <summary>Number of images scored.</summary>
    public required int Images { get; init; }

    public required double Bleu1 { get; init; }

    public required double Bleu2 { get; init; }

    public required double Bleu3 { get; init; }

    public required double Bleu4 { get; init; }

    public required double RougeL { get; init; }

    /// <summary>CIDEr-D, which the COCO caption evaluation calls CIDEr.</summary>
    public required double Cider { get; init; }

    /// <summary>Number of different tokens in all captions.</summary>
    public required int WordsUsed { get; init; }

    /// <summary>Mean number of tokens in a caption.</summary>
    public required double MeanLength { get; init; }

    /// <summary>Number of different captions, compared by tokens.</summary>
    public required int DistinctCaptions { get; init; }

    /// <summary>Share of captions, 0 to 1, that are training captions word for word; null where no training captions were given.</summary>
    public double? CopiedFromTraining { get; init; }

    /// <summary>CIDEr-D of each image.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double> CiderByImage { get; init; } = new Dictionary<string, double>();
}
