using System.CommandLine;
using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Training;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verbs that make one bundle of several models: <c>ensemble</c> and <c>average</c>.</summary>
internal static class JoinCommand
{
    /// <summary>The verb <c>ensemble</c>: the mean of probabilities, at the cost of all models.</summary>
    public static Command CreateEnsemble(IAnsiConsole messages) => Create(
        "ensemble", "Join models to one that chooses words by the mean of their probabilities.", "Ensemble of", "The ensemble is in", (models, bundles, output) => models.WriteEnsemble(bundles, output), messages);

    /// <summary>The verb <c>average</c>: the mean of weights, at the cost of one model.</summary>
    public static Command CreateAverage(IAnsiConsole messages) => Create(
        "average", "Make the mean of models that were trained further from the same one.", "Mean of", "The mean is in", (models, bundles, output) => models.WriteMean(bundles, output), messages);

    private static Command Create(string name, string description, string kind, string done, Action<JoinedModels, BundleWriter, string> write, IAnsiConsole messages)
    {
        Argument<string[]> models = new("models") { Description = "Runs (the best model of each) or bundles, of one kind, encoder and vocabulary.", Arity = new ArgumentArity(2, 100), HelpName = "folder" };
        Option<string> output = new("--output", "-o") { Description = "Folder of the bundle.", Required = true, HelpName = "folder" };
        Option<string> id = new("--id") { Description = "Name of the captioner in its manifest.", DefaultValueFactory = _ => name };
        Option<string> version = new("--model-version") { Description = "Version of the captioner in its manifest.", DefaultValueFactory = _ => "1.0.0" };
        Option<double?> lengthPenalty = new("--length-penalty") { Description = "Exponent of the caption's length that its score is divided by: more makes captions longer. [default: that of the first model]" };
        lengthPenalty.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (>= 0 and <= 10)))
            {
                result.AddError("--length-penalty must be between 0 and 10.");
            }
        });
        Command command = new(name, description) { models, output, id, version, lengthPenalty };
        command.SetAction((parsed, cancellationToken) => VerbRun.RunAsync(
            () =>
            {
                JoinedModels joined = JoinedModels.Read(parsed.GetRequiredValue(models));
                BundleSettings settings = new()
                {
                    Id = parsed.GetRequiredValue(id),
                    Version = parsed.GetRequiredValue(version),
                    License = joined.First.License,
                    Description = $"{kind} {joined.Names}",
                    Data = joined.First.Training?.Data ?? "unknown",
                };
                Write(joined, settings, parsed.GetValue(lengthPenalty) ?? joined.First.Beam.LengthPenalty, write, parsed.GetRequiredValue(output));
                messages.WriteLine($"{done} {parsed.GetRequiredValue(output)}");
                return ExitCode.Success;
            },
            messages,
            "stopped",
            cancellationToken));
        return command;
    }

    private static void Write(JoinedModels models, BundleSettings settings, double lengthPenalty, Action<JoinedModels, BundleWriter, string> write, string output)
    {
        SessionFactory sessions = SessionFactory.Create(Device.Cpu);
        using FeatureEncoder encoder = FeatureEncoder.Open(models.Bundles[0].Directory, sessions);
        BundleWriter bundles = new(encoder, WordList.Of(models.Bundles[0].Vocabulary), models.First.Beam with { LengthPenalty = lengthPenalty }, settings);
        write(models, bundles, output);

        // Loading verifies it and runs a batch through all of it.
        Captioner.Load(output, sessions).Dispose();
    }
}
