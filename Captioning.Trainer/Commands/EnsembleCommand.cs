using System.CommandLine;
using Captioning.Inference;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Training;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verb <c>ensemble</c>: several models as one bundle.</summary>
internal static class EnsembleCommand
{
    public static Command Create(IAnsiConsole messages)
    {
        Argument<string[]> models = new("models") { Description = "Runs (the best model of each) or bundles, of one kind, encoder and vocabulary.", Arity = new ArgumentArity(2, 100), HelpName = "folder" };
        Option<string> output = new("--output", "-o") { Description = "Folder of the bundle.", Required = true, HelpName = "folder" };
        Option<string> id = new("--id") { Description = "Name of the captioner in its manifest.", DefaultValueFactory = _ => "ensemble" };
        Option<string> version = new("--model-version") { Description = "Version of the captioner in its manifest.", DefaultValueFactory = _ => "1.0.0" };
        Command command = new("ensemble", "Join models to one that chooses words by the mean of their probabilities.") { models, output, id, version };
        command.SetAction((parsed, cancellationToken) => VerbRun.RunAsync(
            () =>
            {
                Run(parsed.GetRequiredValue(models), parsed.GetRequiredValue(output), parsed.GetRequiredValue(id), parsed.GetRequiredValue(version));
                messages.WriteLine($"The ensemble is in {parsed.GetRequiredValue(output)}");
                return ExitCode.Success;
            },
            messages,
            "stopped",
            cancellationToken));
        return command;
    }

    private static void Run(string[] paths, string output, string id, string version)
    {
        ModelBundle[] members = [.. paths.Select(path => ModelBundle.Read(TrainedModel.FindBundle(path)))];
        ModelManifest first = members[0].Manifest;
        for (int i = 1; i < members.Length; i++)
        {
            ModelManifest other = members[i].Manifest;
            string? difference = other.Architecture != first.Architecture ? "is of another kind"
                : other.Files[other.Encoder.File].Sha256 != first.Files[first.Encoder.File].Sha256 ? "has another encoder"
                : other.Files[other.Vocabulary.File].Sha256 != first.Files[first.Vocabulary.File].Sha256 ? "has another vocabulary"
                : null;
            if (difference is not null)
            {
                throw new ExportException($"{paths[i]} {difference} than {paths[0]}: they cannot be one model.");
            }
        }

        SessionFactory sessions = SessionFactory.Create(Device.Cpu);
        using FeatureEncoder encoder = FeatureEncoder.Open(members[0].Directory, sessions);
        ModelArchitecture architecture = members[0].Architecture;
        EnsembleGraphs graphs = new(members[0]);
        BundleWriter bundles = new(encoder, WordList.Of(members[0].Vocabulary), first.Beam, new BundleSettings
        {
            Id = id,
            Version = version,
            License = first.License,
            Description = $"Ensemble of {string.Join(", ", members.Select(member => $"{member.Manifest.Id} {member.Manifest.Version}"))}",
            Data = first.Training?.Data ?? "unknown",
        });
        bundles.Write(
            architecture,
            graphs.Init([.. members.Select(member => member[member.Manifest.Decoder.Init])]),
            graphs.Step([.. members.Select(member => member[member.Manifest.Decoder.Step])]),
            output);

        // Loading verifies it and runs a batch through all of it.
        Captioner.Load(output, sessions).Dispose();
    }
}
