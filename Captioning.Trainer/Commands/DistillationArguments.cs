using System.CommandLine;
using System.CommandLine.Parsing;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Commands;

/// <summary>The options of learning from other models.</summary>
internal sealed class DistillationArguments
{
    private static readonly DistillationOptions Defaults = new() { Teachers = [] };

    private readonly Option<string[]> _teachers = new("--teachers")
    {
        Description = "Learn also from the mean of these models' probabilities: runs (the best of each) or bundles, of the same encoder and vocabulary.",
        HelpName = "folder", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<double> _weight = TrainCommand.Number("--teacher-weight", Defaults.Weight, "Share of the loss that the teachers have; the rest is the captions' words.", 0, 1);

    private readonly Option<double> _temperature = TrainCommand.Number(
        "--temperature", Defaults.Temperature, "Logits are divided by this before teachers and student are compared; above 1 shows less likely words more clearly.", 0.1, 100);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _teachers, _weight, _temperature })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            foreach (Option option in new Option[] { _weight, _temperature })
            {
                if (!IsOn(result) && result.GetResult(option) is not null)
                {
                    result.AddError($"{option.Name} belongs to --teachers.");
                }
            }
        });
    }

    /// <summary>What was given; null for training without teachers.</summary>
    public DistillationOptions? Read(ParseResult parsed) => parsed.GetValue(_teachers) is not { Length: > 0 } teachers ? null : new DistillationOptions
    {
        Teachers = teachers, Weight = parsed.GetValue(_weight), Temperature = parsed.GetValue(_temperature),
    };

    /// <summary>Whether it was asked for.</summary>
    public bool IsOn(CommandResult result) => result.GetResult(_teachers) is not null;
}
