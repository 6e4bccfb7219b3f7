using System.CommandLine;
using System.CommandLine.Parsing;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Commands;

/// <summary>The options of training on rewards.</summary>
internal sealed class SelfCriticalArguments
{
    private static readonly SelfCriticalOptions Defaults = new();

    private readonly Option<bool> _isOn = new("--self-critical")
    {
        Description = "Train on the CIDEr-D of captions that the model draws itself, from the model of --from.",
    };

    private readonly Option<int> _samples = TrainCommand.Number("--samples", Defaults.Samples, "Captions that --self-critical draws for each image.", 1, 100);

    private readonly Option<RewardBaseline> _baseline = new("--baseline")
    {
        Description = "What a drawn caption must be better than: samples (the mean of the image's others) or greedy (the caption of likeliest words).",
        DefaultValueFactory = _ => Defaults.Baseline,
    };

    private readonly Option<double> _crossEntropy = TrainCommand.Number(
        "--cross-entropy-weight", Defaults.CrossEntropyWeight, "Share of the loss that the cross-entropy of people's captions has beside --self-critical.", 0, 1);

    private readonly Option<double> _entropy = TrainCommand.Number(
        "--entropy-weight", Defaults.EntropyWeight, "How much --self-critical is rewarded for the entropy of the next word, in nats.", 0, 10);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _isOn, _samples, _baseline, _crossEntropy, _entropy })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            // Defaults are not there yet: what was not given is null here, or the first of its kind.
            if (result.GetValue(_baseline) == RewardBaseline.Samples && result.GetResult(_samples) is not null && result.GetValue(_samples) < 2)
            {
                result.AddError("--samples must be at least 2 where they are each other's baseline; give more, or --baseline greedy.");
            }

            foreach (Option option in new Option[] { _samples, _baseline, _crossEntropy, _entropy })
            {
                if (!result.GetValue(_isOn) && result.GetResult(option) is not null)
                {
                    result.AddError($"{option.Name} belongs to --self-critical.");
                }
            }
        });
    }

    /// <summary>What was given; null for training on people's captions.</summary>
    public SelfCriticalOptions? Read(ParseResult parsed) => !parsed.GetValue(_isOn) ? null : new SelfCriticalOptions
    {
        Samples = parsed.GetValue(_samples),
        Baseline = parsed.GetValue(_baseline),
        CrossEntropyWeight = parsed.GetValue(_crossEntropy),
        EntropyWeight = parsed.GetValue(_entropy),
    };

    /// <summary>Whether it was asked for.</summary>
    public bool IsOn(CommandResult result) => result.GetValue(_isOn);
}
