using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Service;

/// <summary>What the gate looks at.</summary>
/// <param name="Base">All scores on the held-out base images.</param>
/// <param name="FeedbackCider">CIDEr-D on the held-out feedback, with the document frequencies of base and feedback together: images of one kind have
/// captions of the same words, which would weigh nothing among themselves.</param>
internal sealed record ModelScores(CaptionScores Base, double FeedbackCider)
{
    /// <summary>The scores as messages carry them.</summary>
    public IReadOnlyDictionary<string, double> ToMessage() => new Dictionary<string, double>
    {
        ["cider"] = Base.Cider, ["bleu1"] = Base.Bleu1, ["bleu4"] = Base.Bleu4, ["rougeL"] = Base.RougeL, ["feedbackCider"] = FeedbackCider,
    };
}
