using System.CommandLine;
using System.CommandLine.Parsing;
using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Data;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verb <c>evaluate</c>: its options and their meaning.</summary>
internal static class EvaluateCommand
{
    public static Command Create(IAnsiConsole output, IAnsiConsole messages, bool isTerminal, TimeProvider time)
    {
        Option<string> captions = new("--captions", "-c")
        {
            Description = $"Reference captions: {CaptionDataset.Formats}.",
            Required = true,
            HelpName = "file|folder",
        };
        Option<string?> split = new("--split", "-s") { Description = "Images to score: a file with a name on each line, or a split that the captions know.", HelpName = "file|name" };
        Option<string?> model = new("--model", "-m") { Description = "Caption the images with this model bundle.", HelpName = "folder" };
        Option<string?> images = new("--images", "-i") { Description = "Folder of the images: for --model, and for the photos of --page.", HelpName = "folder" };
        Option<int?> beam = new("--beam", "-b") { Description = $"Hypotheses kept per image, 1 (greedy) to {CaptionOptions.MaxBeam}; the model's own setting where it is not given.", HelpName = "width" };
        Option<Device> device = new("--device", "-d")
        {
            Description = "Where the model runs: auto, cpu, cuda or cuda:N.",
            HelpName = "device",
            DefaultValueFactory = _ => Device.Auto,
            CustomParser = ParseDevice,
        };
        Option<string?> hypotheses = new("--hypotheses") { Description = "Score the captions of this file (JSON or JSON Lines) in place of a model's.", HelpName = "file" };
        Option<string?> train = new("--train") { Description = "Split the model was trained on: shows how many captions it repeats word for word.", HelpName = "file|name" };
        Option<int?> limit = new("--limit", "-n") { Description = "Score the first images only.", HelpName = "count" };
        Option<string?> results = new("--output", "-o") { Description = "Write scores and captions to a JSON file.", HelpName = "file" };
        Option<string?> page = new("--page", "-p") { Description = "Write a page with the scores and the best and worst images: an HTML file that needs nothing beside it.", HelpName = "file" };
        RequireRange(limit, 1, int.MaxValue);
        RequireRange(beam, 1, CaptionOptions.MaxBeam);

        Command command = new("evaluate", "Score captions with BLEU, ROUGE-L and CIDEr-D, as the COCO caption evaluation does.")
        {
            captions, split, model, images, beam, device, hypotheses, train, limit, results, page,
        };
        command.Validators.Add(result =>
        {
            bool hasModel = result.GetValue(model) is not null;
            if (hasModel == (result.GetValue(hypotheses) is not null))
            {
                result.AddError("Give either --model with --images, or --hypotheses.");
            }
            else if (hasModel && result.GetValue(images) is null)
            {
                result.AddError("--model needs --images, the folder of the images.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            EvaluateSettings settings = new()
            {
                Captions = parsed.GetRequiredValue(captions),
                Split = parsed.GetValue(split),
                Limit = parsed.GetValue(limit),
                Model = parsed.GetValue(model),
                Images = parsed.GetValue(images),
                Beam = parsed.GetValue(beam),
                Device = parsed.GetValue(device),
                Hypotheses = parsed.GetValue(hypotheses),
                Train = parsed.GetValue(train),
                Output = parsed.GetValue(results),
                Page = parsed.GetValue(page),
            };
            Evaluator evaluator = new(output, messages, isTerminal, time);
            return VerbRun.RunAsync(() => RunAsync(settings, evaluator, cancellationToken), messages, "stopped", cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(EvaluateSettings settings, Evaluator evaluator, CancellationToken cancellationToken)
    {
        // A run of an hour must not end in an error about the place for its results.
        foreach (string? file in new[] { settings.Output, settings.Page })
        {
            if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            {
                throw new DatasetException($"There is no folder {folder} to write the results to.");
            }
        }

        return settings.Hypotheses is { } hypotheses
            ? evaluator.ScoreFile(settings, hypotheses)
            : await ScoreModelAsync(settings, evaluator, cancellationToken);
    }

    private static async Task<int> ScoreModelAsync(EvaluateSettings settings, Evaluator evaluator, CancellationToken cancellationToken)
    {
        CaptionDataset dataset = evaluator.ReadDataset(settings);
        if (!Directory.Exists(settings.Images))
        {
            throw new DatasetException($"There is no folder of images at {settings.Images}.");
        }

        await using EngineCaptioner captioner = EngineCaptioner.Load(settings.Model!, settings.Device, settings.Beam);
        return await evaluator.ScoreModelAsync(settings, dataset, settings.Images, captioner, cancellationToken);
    }

    private static void RequireRange(Option<int?> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int?>() is { } value && (value < least || value > most))
        {
            result.AddError(most == int.MaxValue ? $"{option.Name} must be at least {least}." : $"{option.Name} must be between {least} and {most}.");
        }
    });

    private static Device ParseDevice(ArgumentResult result)
    {
        string text = result.Tokens.Single().Value;
        if (!Device.TryParse(text, out Device device))
        {
            result.AddError($"'{text}' is not a device; give auto, cpu, cuda or cuda:N.");
        }

        return device;
    }
}
