namespace Captioning.Trainer.Service;

/// <summary>What is done with feedback.</summary>
internal sealed class FeedbackOptions
{
    /// <summary>The share of images that is held out to judge by, above 0 and below 1. It counts for images that come from now on. Default 0.2.</summary>
    public double HeldOut { get; set; } = 0.2;

    /// <summary>A training needs at least so many held-out images, from 1 to 1,000,000. Default 5.</summary>
    public int MinHeldOut { get; set; } = 5;

    /// <summary>How often an epoch goes through each image, from 1 to 1000. Default 5.</summary>
    public int Repeats { get; set; } = 5;

    /// <summary>Words that the model does not know are added when the captions to learn from have them so often, from 1 to 1,000,000. Default 5.</summary>
    public int MinWordCount { get; set; } = 5;

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (HeldOut is not (> 0 and < 1))
        {
            errors.Add($"{nameof(HeldOut)} is {HeldOut}; it must be above 0 and below 1.");
        }

        Check(errors, nameof(MinHeldOut), MinHeldOut, 1_000_000);
        Check(errors, nameof(Repeats), Repeats, 1000);
        Check(errors, nameof(MinWordCount), MinWordCount, 1_000_000);
        return errors;
    }

    private static void Check(List<string> errors, string name, int value, int most)
    {
        if (value < 1 || value > most)
        {
            errors.Add($"{name} is {value}; it must be from 1 to {most}.");
        }
    }
}
