using System.CommandLine;
using Captioning.Trainer.Data;
using Captioning.Trainer.Quantization;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verb <c>quantize</c>: a model whose encoder computes with int8, faster on processors.</summary>
internal static class QuantizeCommand
{
    private static readonly QuantizationOptions Defaults = new();

    public static Command Create(IAnsiConsole messages)
    {
        Argument<string> model = new("model") { Description = "A run (its best model) or a bundle.", HelpName = "folder" };
        Option<string> images = new("--images", "-i") { Description = "Folder of photos like those to be captioned: the ranges of numbers are found with them.", Required = true, HelpName = "folder" };
        Option<string?> captions = new("--captions", "-c") { Description = $"Choose from the photos of these captions: {CaptionDataset.Formats}.", HelpName = "file|folder" };
        Option<string?> split = new("--split", "-s") { Description = "Choose from these photos: a file with a name on each line, or a split that the captions know.", HelpName = "file|name" };
        Option<int> count = TrainCommand.Number("--calibration-images", Defaults.CalibrationImages, "Photos to find ranges with; a quarter as many others show what int8 changes.", 4, 100_000);
        Option<int> first = TrainCommand.Number("--float-first", Defaults.FloatFirst, "Convolutions, from the pixels on, that stay in float32.", 0, 10_000);
        Option<int> last = TrainCommand.Number("--float-last", Defaults.FloatLast, "Convolutions before the end that stay in float32.", 0, 10_000);
        Option<bool> reduce = new("--reduce-range") { Description = "Weights of 7 bits: for x86 processors without VNNI, whose sums 8 bits may overflow." };
        Option<string> output = new("--output", "-o") { Description = "Folder of the new bundle.", Required = true, HelpName = "folder" };
        Option<string?> id = new("--id") { Description = "Name of the captioner in its manifest; the model's by default." };
        Option<string?> version = new("--model-version") { Description = $"Version of the captioner in its manifest; the model's with {QuantizationRun.VersionSuffix} by default." };
        Option<string?> description = new("--description") { Description = "A sentence about the captioner in its manifest." };
        Option<int> threads = TrainCommand.Number("--threads", 0, "Threads to compute with; 0 for one per core.", 0, 1024);
        Command command = new("quantize", "Make a bundle whose encoder computes with int8: smaller, and faster on processors.")
        {
            model, images, captions, split, count, first, last, reduce, output, id, version, description, threads,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            QuantizeSettings settings = new()
            {
                Model = parsed.GetRequiredValue(model),
                Images = parsed.GetRequiredValue(images),
                Captions = parsed.GetValue(captions),
                Split = parsed.GetValue(split),
                Output = parsed.GetRequiredValue(output),
                Id = parsed.GetValue(id),
                Version = parsed.GetValue(version),
                Description = parsed.GetValue(description),
                Threads = parsed.GetValue(threads),
                Options = new QuantizationOptions
                {
                    CalibrationImages = parsed.GetValue(count), FloatFirst = parsed.GetValue(first), FloatLast = parsed.GetValue(last), ReduceRange = parsed.GetValue(reduce),
                },
            };
            return VerbRun.RunAsync(() => new QuantizationRun(messages).Run(settings, cancellationToken), messages, "stopped", cancellationToken);
        });
        return command;
    }
}
