namespace Captioning.Trainer.Service;

/// <summary>When a candidate is good enough to serve. CIDEr runs from 0 to 10; two trainings that differ by chance alone may differ by 0.01.</summary>
internal sealed class GateOptions
{
    /// <summary>By how much the candidate's CIDEr on the held-out base images may be below the current model's, from 0 to 10. Default 0.01.</summary>
    public double MaxBaseLoss { get; set; } = 0.01;

    /// <summary>By how much the candidate's CIDEr on the held-out feedback must be above the current model's, from 0 (any gain) to 10. Default 0.01.</summary>
    public double MinFeedbackGain { get; set; } = 0.01;

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        Check(nameof(MaxBaseLoss), MaxBaseLoss);
        Check(nameof(MinFeedbackGain), MinFeedbackGain);
        return errors;

        void Check(string name, double value)
        {
            if (value is not (>= 0 and <= 10))
            {
                errors.Add($"{name} is {value}; it must be from 0 to 10.");
            }
        }
    }
}
