using System.CommandLine;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Trainer.Data;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Training;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verbs <c>train</c> and <c>features</c>: their options and their meaning.</summary>
internal static class TrainCommand
{
    private static readonly TrainingOptions Defaults = new();

    /// <summary>The verb <c>train</c>.</summary>
    public static Command Create(IAnsiConsole messages, TimeProvider time)
    {
        DataOptions data = new();
        Option<string> output = new("--output", "-o") { Description = "Folder of the run: models, log, curves and checkpoint.", Required = true, HelpName = "folder" };
        Option<bool> resume = new("--resume") { Description = "Go on from the checkpoint in the output folder, if there is one." };
        Option<string> id = new("--id") { Description = "Name of the captioner in its manifest.", DefaultValueFactory = _ => "captioner" };
        Option<string> version = new("--model-version") { Description = "Version of the captioner in its manifest.", DefaultValueFactory = _ => "1.0.0" };
        Option<string> license = new("--license") { Description = "Licence of the weights (SPDX).", DefaultValueFactory = _ => "Apache-2.0" };
        Option<string?> description = new("--description") { Description = "A sentence about the captioner in its manifest." };
        Option<int> hidden = Number("--hidden", Defaults.Hidden, "Numbers in the decoder's state.", 8, 8192);
        Option<int> heads = Number("--heads", Defaults.Heads, "Heads of the attention; they divide --hidden evenly.", 1, 64);
        Option<int> minCount = Number("--min-count", Defaults.MinCount, "Words that the training captions have less often are unknown.", 1, int.MaxValue);
        Option<int> maxWords = Number("--max-words", Defaults.MaxWords, "Captions are cut to so many words.", 1, 200);
        Option<int> epochs = Number("--epochs", Defaults.Epochs, $"Most epochs; the learning rate falls to 0 over them. With --fine-tune-encoder: {JointOptions.Defaults.Epochs}.", 1, 10_000);
        Option<int> patience = Number("--patience", Defaults.Patience, "Epochs without a better dev CIDEr after which training ends.", 1, 10_000);
        Option<int> batch = Number("--batch", Defaults.BatchSize, "Images in a batch, each with all its captions.", 1, 4096);
        Option<double> rate = Number("--learning-rate", Defaults.LearningRate, $"Highest learning rate. With --fine-tune-encoder: {JointOptions.Defaults.LearningRate}.", 0, 1);
        Option<double> beta1 = Number("--beta1", Defaults.Beta1, "AdamW's decay of the gradients' mean.", 0, 1);
        Option<double> beta2 = Number("--beta2", Defaults.Beta2, "AdamW's decay of the gradients' squares.", 0, 1);
        Option<double> decay = Number("--weight-decay", Defaults.WeightDecay, "AdamW's weight decay.", 0, 10);
        Option<int> warmUp = Number("--warm-up", Defaults.WarmUpSteps, $"Steps over which the learning rate rises. With --fine-tune-encoder: {JointOptions.Defaults.WarmUpSteps}.", 0, int.MaxValue);
        Option<double> clip = Number("--clip", Defaults.ClipNorm, "Gradients are cut to this norm.", 0, double.MaxValue);
        Option<double> dropout = Number("--dropout", Defaults.Dropout, "Share of embeddings, projected regions and output that is dropped.", 0, 0.99);
        Option<double> smoothing = Number("--label-smoothing", Defaults.LabelSmoothing, "Share of each target that is spread over all tokens.", 0, 0.99);
        Option<double> average = Number("--average", Defaults.AverageDecay, "Judge the moving average of the weights, with this decay per step; 0 takes the weights as they are.", 0, 0.99999);
        Option<int> seed = Number("--seed", Defaults.Seed, "All chance comes from this number.", int.MinValue, int.MaxValue);
        Option<Precision> precision = new("--precision")
        {
            Description = "Numbers that matrix products are computed in: auto (bfloat16 where the processor has it), float32 or bfloat16.",
            DefaultValueFactory = _ => Defaults.Precision,
        };
        Option<string?> start = new("--start-from") { Description = "Begin with the decoder of a run or of a model bundle, and with its words.", HelpName = "folder" };
        JointTrainingOptions joint = new();
        Option<int> checkpoint = Number("--checkpoint-steps", Defaults.CheckpointSteps, "Steps from one checkpoint to the next.", 1, int.MaxValue);
        Option<int> beam = Number("--beam", Defaults.Beam, "Hypotheses per image when dev captions are made.", 1, Inference.CaptionOptions.MaxBeam);

        Command command = new("train", "Train a captioning model and keep the best by CIDEr on dev images.")
        {
            output, resume, id, version, license, description, hidden, heads, minCount, maxWords, epochs, patience, batch, rate, beta1, beta2, decay, warmUp,
            clip, dropout, smoothing, average, seed, precision, checkpoint, beam, start,
        };
        data.AddTo(command);
        joint.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            TrainSettings settings = data.Read(parsed) with
            {
                Output = parsed.GetRequiredValue(output),
                Resume = parsed.GetValue(resume),
                Id = parsed.GetRequiredValue(id),
                Version = parsed.GetRequiredValue(version),
                License = parsed.GetRequiredValue(license),
                Description = parsed.GetValue(description),
                StartFrom = parsed.GetValue(start),
                Joint = joint.Read(parsed),
            };
            settings = settings with
            {
                Options = settings.Options with
                {
                    Hidden = parsed.GetValue(hidden), Heads = parsed.GetValue(heads), MinCount = parsed.GetValue(minCount), MaxWords = parsed.GetValue(maxWords),
                    Epochs = Value(epochs, JointOptions.Defaults.Epochs), Patience = parsed.GetValue(patience), BatchSize = parsed.GetValue(batch), LearningRate = Value(rate, JointOptions.Defaults.LearningRate),
                    Beta1 = parsed.GetValue(beta1), Beta2 = parsed.GetValue(beta2), WeightDecay = parsed.GetValue(decay), WarmUpSteps = Value(warmUp, JointOptions.Defaults.WarmUpSteps),
                    ClipNorm = parsed.GetValue(clip), Dropout = parsed.GetValue(dropout), LabelSmoothing = parsed.GetValue(smoothing),
                    AverageDecay = parsed.GetValue(average), Seed = parsed.GetValue(seed), Precision = parsed.GetValue(precision), CheckpointSteps = parsed.GetValue(checkpoint), Beam = parsed.GetValue(beam),
                },
            };
            return Run(() => new TrainingRun(messages, time).Train(settings, cancellationToken), messages, cancellationToken);

            T Value<T>(Option<T> option, T joint) => settings.Joint is not null && parsed.GetResult(option) is null or { Implicit: true } ? joint : parsed.GetValue(option)!;
        });
        return command;
    }

    /// <summary>The verb <c>features</c>.</summary>
    public static Command CreateFeatures(IAnsiConsole messages, TimeProvider time)
    {
        DataOptions data = new();
        Command command = new("features", "Compute and keep the features that training needs.");
        data.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            TrainSettings settings = data.Read(parsed);
            return Run(() => new TrainingRun(messages, time).ComputeFeatures(settings, cancellationToken), messages, cancellationToken);
        });
        return command;
    }

    private static Task<int> Run(Func<int> run, IAnsiConsole messages, CancellationToken cancellationToken) => Task.Run(() =>
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is DatasetException or ModelLoadException or TrainingException or ExportException or FeatureException or ImageRejectedException
            or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"error: {e.Message}");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            messages.WriteLine("stopped; --resume goes on");
            return ExitCode.Interrupted;
        }
    });

    internal static Option<T> Number<T>(string name, T value, string description, T least, T most)
        where T : struct, IComparable<T>
    {
        Option<T> option = new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "number" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<T>() is var given && (given.CompareTo(least) < 0 || given.CompareTo(most) > 0))
            {
                result.AddError($"{option.Name} must be between {least} and {most}.");
            }
        });
        return option;
    }

    /// <summary>The options that both verbs have.</summary>
    private sealed class DataOptions
    {
        private readonly Option<string> _captions = new("--captions", "-c")
        {
            Description = $"Captions: {CaptionDataset.Formats}.", Required = true, HelpName = "file|folder",
        };

        private readonly Option<string> _images = new("--images", "-i") { Description = "Folder of the images.", Required = true, HelpName = "folder" };

        private readonly Option<string> _train = new("--train")
        {
            Description = "Images to learn from: a file with a name on each line, or a split that the captions know.", DefaultValueFactory = _ => "train", HelpName = "file|name",
        };

        private readonly Option<string> _dev = new("--dev")
        {
            Description = "Images to judge by: a file with a name on each line, or a split that the captions know.", DefaultValueFactory = _ => "val", HelpName = "file|name",
        };

        private readonly Option<string> _encoder = new("--encoder", "-e")
        {
            Description = "Image encoder: an ONNX graph, or a model bundle that has one.", Required = true, HelpName = "file|folder",
        };

        private readonly Option<string> _cache = new("--cache") { Description = "Folder that keeps features from run to run.", DefaultValueFactory = _ => "features", HelpName = "folder" };

        private readonly Option<int> _views = Number("--views", Defaults.Views, "Views of each training image: the whole, mirrored, then parts; 1 is the whole alone.", 1, 1000);

        private readonly Option<int> _threads = Number("--threads", Defaults.Threads, "Threads to compute with; 0 for one per core.", 0, 1024);

        public void AddTo(Command command)
        {
            foreach (Option option in new Option[] { _captions, _images, _train, _dev, _encoder, _cache, _views, _threads })
            {
                command.Options.Add(option);
            }
        }

        public TrainSettings Read(ParseResult parsed) => new()
        {
            Captions = parsed.GetRequiredValue(_captions),
            Images = parsed.GetRequiredValue(_images),
            Train = parsed.GetRequiredValue(_train),
            Dev = parsed.GetRequiredValue(_dev),
            Encoder = parsed.GetRequiredValue(_encoder),
            Cache = parsed.GetRequiredValue(_cache),
            Options = Defaults with { Views = parsed.GetValue(_views), Threads = parsed.GetValue(_threads) },
        };
    }
}
