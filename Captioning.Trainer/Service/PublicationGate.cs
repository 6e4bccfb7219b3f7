namespace Captioning.Trainer.Service;

/// <summary>Decides whether a candidate may serve in the place of the current model.</summary>
internal sealed class PublicationGate(GateOptions options)
{
    /// <summary>Compares two models.</summary>
    /// <returns>Whether the candidate may serve, and why, in plain English.</returns>
    public (bool IsOpen, string Reason) Decide(ModelScores current, ModelScores candidate)
    {
        double loss = current.Base.Cider - candidate.Base.Cider;
        double gain = candidate.FeedbackCider - current.FeedbackCider;
        bool forgets = !(loss <= options.MaxBaseLoss);
        bool learns = gain > 0 && gain >= options.MinFeedbackGain;
        string onBase = $"CIDEr on the held-out base images went from {current.Base.Cider:0.0000} to {candidate.Base.Cider:0.0000}";
        string onFeedback = $"on the held-out feedback from {current.FeedbackCider:0.0000} to {candidate.FeedbackCider:0.0000}";
        string verdict = (forgets, learns) switch
        {
            (true, true) => $"more than {options.MaxBaseLoss} is lost on the base images",
            (true, false) => $"more than {options.MaxBaseLoss} is lost on the base images, and less than {options.MinFeedbackGain} is gained on the feedback",
            (false, false) => $"less than {options.MinFeedbackGain} is gained on the feedback",
            (false, true) => "the candidate is better",
        };
        return (!forgets && learns, $"{onBase}, {onFeedback}: {verdict}.");
    }
}
