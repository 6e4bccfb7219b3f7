using System.CommandLine;
using System.Globalization;
using Captioning.Inference.Models;
using Captioning.Trainer.Data;
using Captioning.Trainer.Models;
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
        SelfCriticalArguments selfCritical = new();
        DistillationArguments distillation = new();
        JointTrainingArguments joint = new();
        Option<string> output = new("--output", "-o") { Description = "Folder of the run: models, log, curves and checkpoint.", Required = true, HelpName = "folder" };
        Option<bool> resume = new("--resume") { Description = "Go on from the checkpoint in the output folder, if there is one." };
        Option<string?> from = new("--from") { Description = "Train a model further: the best one of a run, or a bundle. Its vocabulary and sizes are kept.", HelpName = "folder" };
        Option<string> id = new("--id") { Description = "Name of the captioner in its manifest.", DefaultValueFactory = _ => "captioner" };
        Option<string> version = new("--model-version") { Description = "Version of the captioner in its manifest.", DefaultValueFactory = _ => "1.0.0" };
        Option<string> license = new("--license") { Description = "Licence of the weights (SPDX).", DefaultValueFactory = _ => "Apache-2.0" };
        Option<string?> description = new("--description") { Description = "A sentence about the captioner in its manifest." };
        Option<int?> hidden = new("--hidden") { Description = $"Numbers in the decoder's state; {Defaults.Hidden} by default, {MergeSettings.DefaultHidden} for merge.", HelpName = "number" };
        RequireRange(hidden, 8, 8192);
        Option<int> heads = Number("--heads", Defaults.Heads, "Heads of the attention; they divide --hidden evenly.", 1, 64);
        Option<CaptionWords> captionWords = new("--words")
        {
            Description = "How captions are split into words: ptb (as the evaluation does) or plain (words of two letters and more alone).",
            DefaultValueFactory = _ => Defaults.Words,
        };
        Option<int> minCount = Number("--min-count", Defaults.MinCount, "Words that the training captions have less often are unknown.", 1, int.MaxValue);
        Option<int> maxWords = Number("--max-words", Defaults.MaxWords, "Captions are cut to so many words.", 1, 200);
        Option<int?> epochs = ByStage("--epochs", options => options.Epochs, "Most epochs", 1, 10_000);
        Option<int> patience = Number("--patience", Defaults.Patience, "Epochs without a better dev CIDEr after which training ends.", 1, 10_000);
        Option<int> batch = Number("--batch", Defaults.BatchSize, "Images in a batch, each with all its captions.", 1, 4096);
        Option<double?> rate = ByStage("--learning-rate", options => options.LearningRate, "Highest learning rate", 0, 1);
        Option<LearningRateCourse?> course = new("--schedule")
        {
            Description = "After the warm-up the learning rate falls to 0 until the last epoch (cosine, the default), or stays (constant, the default with --self-critical).",
        };
        Option<double> beta1 = Number("--beta1", Defaults.Beta1, "AdamW's decay of the gradients' mean.", 0, 1);
        Option<double> beta2 = Number("--beta2", Defaults.Beta2, "AdamW's decay of the gradients' squares.", 0, 1);
        Option<double> decay = Number("--weight-decay", Defaults.WeightDecay, "AdamW's weight decay.", 0, 10);
        Option<int?> warmUp = ByStage("--warm-up", options => options.WarmUpSteps, "Steps over which the learning rate rises", 0, int.MaxValue);
        Option<double> clip = Number("--clip", Defaults.ClipNorm, "Gradients are cut to this norm.", 0, double.MaxValue);
        Option<double> dropout = Number("--dropout", Defaults.Dropout, "Share that is dropped: of embeddings, regions and output (attention), of pooled vectors and embeddings (merge).", 0, 0.99);
        Option<double?> smoothing = ByStage("--label-smoothing", options => options.LabelSmoothing, "Share of each target that is spread over all tokens", 0, 0.99);
        Option<double> average = Number("--average", Defaults.AverageDecay, "Judge the moving average of the weights, with this decay per step; 0 takes the weights as they are.", 0, 0.99999);
        Option<int> seed = Number("--seed", Defaults.Seed, "All chance comes from this number.", int.MinValue, int.MaxValue);
        Option<Precision> precision = new("--precision")
        {
            Description = "Numbers that matrix products are computed in: auto (bfloat16 where the processor has it), float32 or bfloat16.",
            DefaultValueFactory = _ => Defaults.Precision,
        };
        Option<int> checkpoint = Number("--checkpoint-steps", Defaults.CheckpointSteps, "Steps from one checkpoint to the next.", 1, int.MaxValue);
        Option<int> beam = Number("--beam", Defaults.Beam, "Hypotheses per image when dev captions are made.", 1, Inference.CaptionOptions.MaxBeam);

        Command command = new("train", "Train a captioning model and keep the best by CIDEr on dev images.")
        {
            output, resume, from, id, version, license, description, hidden, heads, captionWords, minCount, maxWords, epochs, patience, batch, rate, course, beta1, beta2, decay, warmUp,
            clip, dropout, smoothing, average, seed, precision, checkpoint, beam,
        };
        data.AddTo(command);
        selfCritical.AddTo(command);
        distillation.AddTo(command);
        joint.AddTo(command);
        command.Validators.Add(result =>
        {
            bool isNew = result.GetValue(from) is null;
            if (isNew && result.GetValue(data.Encoder) is null)
            {
                result.AddError("Give --encoder, or a model to train --from, whose encoder is taken then.");
            }

            if (isNew && selfCritical.IsOn(result))
            {
                result.AddError("--self-critical trains a good model further: give it with --from.");
            }

            if (new[] { selfCritical.IsOn(result), distillation.IsOn(result), joint.IsOn(result) }.Count(isOn => isOn) > 1)
            {
                result.AddError("--self-critical, --teachers and --fine-tune-encoder are trainings of their own: give one, and go on --from it with another.");
            }

            foreach (Option option in new Option[] { data.Model, hidden, heads, minCount })
            {
                if (result.GetResult(option) is not null && (!isNew || (option == minCount && distillation.IsOn(result))))
                {
                    result.AddError($"{option.Name} is for models that begin anew; this one takes over what the others have.");
                }
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            TrainSettings settings = data.Read(parsed) with
            {
                From = parsed.GetValue(from),
                SelfCritical = selfCritical.Read(parsed),
                Distillation = distillation.Read(parsed),
                Output = parsed.GetRequiredValue(output),
                Resume = parsed.GetValue(resume),
                Id = parsed.GetRequiredValue(id),
                Version = parsed.GetRequiredValue(version),
                License = parsed.GetRequiredValue(license),
                Description = parsed.GetValue(description),
                Joint = joint.Read(parsed),
            };
            TrainingOptions stage = settings.SelfCritical is not null ? TrainingOptions.SelfCritical : settings.Joint is not null ? JointOptions.Defaults : Defaults;
            settings = settings with
            {
                Options = settings.Options with
                {
                    Hidden = parsed.GetValue(hidden) ?? (settings.Architecture == ModelArchitecture.Merge ? MergeSettings.DefaultHidden : Defaults.Hidden),
                    Words = parsed.GetValue(captionWords), Heads = parsed.GetValue(heads), MinCount = parsed.GetValue(minCount), MaxWords = parsed.GetValue(maxWords),
                    Epochs = parsed.GetValue(epochs) ?? stage.Epochs, Patience = parsed.GetValue(patience), BatchSize = parsed.GetValue(batch), LearningRate = parsed.GetValue(rate) ?? stage.LearningRate,
                    LearningRateCourse = parsed.GetValue(course) ?? stage.LearningRateCourse, JudgesStart = settings.From is not null,
                    Beta1 = parsed.GetValue(beta1), Beta2 = parsed.GetValue(beta2), WeightDecay = parsed.GetValue(decay), WarmUpSteps = parsed.GetValue(warmUp) ?? stage.WarmUpSteps,
                    ClipNorm = parsed.GetValue(clip), Dropout = parsed.GetValue(dropout), LabelSmoothing = parsed.GetValue(smoothing) ?? stage.LabelSmoothing,
                    AverageDecay = parsed.GetValue(average), Seed = parsed.GetValue(seed), Precision = parsed.GetValue(precision), CheckpointSteps = parsed.GetValue(checkpoint), Beam = parsed.GetValue(beam),
                },
            };
            return Run(() => new TrainingRun(messages, time).Train(settings, cancellationToken), messages, cancellationToken);
        });
        return command;
    }

    /// <summary>The verb <c>features</c>.</summary>
    public static Command CreateFeatures(IAnsiConsole messages, TimeProvider time)
    {
        DataOptions data = new();
        Command command = new("features", "Compute and keep the features that training needs.");
        data.AddTo(command);
        data.Encoder.Required = true;
        command.SetAction((parsed, cancellationToken) =>
        {
            TrainSettings settings = data.Read(parsed);
            return Run(() => new TrainingRun(messages, time).ComputeFeatures(settings, cancellationToken), messages, cancellationToken);
        });
        return command;
    }

    private static Task<int> Run(Func<int> run, IAnsiConsole messages, CancellationToken cancellationToken) =>
        VerbRun.RunAsync(run, messages, "stopped; --resume goes on", cancellationToken);

    internal static Option<T> Number<T>(string name, T value, string description, T least, T most)
        where T : struct, IComparable<T>, IParsable<T>
    {
        Option<T> option = new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "number" };
        RequireRange(option, least, most);
        return option;
    }

    /// <summary>A number whose default is another one for training on rewards.</summary>
    private static Option<T?> ByStage<T>(string name, Func<TrainingOptions, T> value, string description, T least, T most)
        where T : struct, IComparable<T>, IParsable<T>
    {
        Option<T?> option = new(name)
        {
            Description = $"{description}; {value(Defaults)} by default, {value(TrainingOptions.SelfCritical):0.######} with --self-critical, {value(JointOptions.Defaults):0.######} with --fine-tune-encoder.", HelpName = "number",
        };
        RequireRange(option, least, most);
        return option;
    }

    private static void RequireRange<T>(Option option, T least, T most)
        where T : struct, IComparable<T>, IParsable<T> => option.Validators.Add(result =>
        {
            // What is no number at all is the parser's to refuse.
            if (result.Tokens.Any(token => T.TryParse(token.Value, CultureInfo.InvariantCulture, out T given) && (given.CompareTo(least) < 0 || given.CompareTo(most) > 0)))
            {
                result.AddError($"{option.Name} must be between {least} and {most}.");
            }
        });

    /// <summary>The options that both verbs have.</summary>
    private sealed class DataOptions
    {
        public Option<string> Model { get; } = new("--model")
        {
            Description = "Kind of the model: attention, which looks at an image's regions, or merge, which reads one vector of it.",
            DefaultValueFactory = _ => ModelArchitecture.Attention.Name,
        };

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

        public Option<string?> Encoder { get; } = new("--encoder", "-e")
        {
            Description = "Image encoder: an ONNX graph, or a model bundle that has one.", HelpName = "file|folder",
        };

        private readonly Option<string> _cache = new("--cache") { Description = "Folder that keeps features from run to run.", DefaultValueFactory = _ => "features", HelpName = "folder" };

        private readonly Option<int> _views = Number("--views", Defaults.Views, "Views of each training image: the whole, mirrored, then parts; 1 is the whole alone.", 1, 1000);

        private readonly Option<int> _threads = Number("--threads", Defaults.Threads, "Threads to compute with; 0 for one per core.", 0, 1024);

        public void AddTo(Command command)
        {
            Model.AcceptOnlyFromAmong([.. ModelArchitecture.All.Select(architecture => architecture.Name)]);
            foreach (Option option in new Option[] { Model, _captions, _images, _train, _dev, Encoder, _cache, _views, _threads })
            {
                command.Options.Add(option);
            }
        }

        public TrainSettings Read(ParseResult parsed) => new()
        {
            Architecture = ModelArchitecture.Find(parsed.GetRequiredValue(Model))!,
            Captions = parsed.GetRequiredValue(_captions),
            Images = parsed.GetRequiredValue(_images),
            Train = parsed.GetRequiredValue(_train),
            Dev = parsed.GetRequiredValue(_dev),
            Encoder = parsed.GetValue(Encoder),
            Cache = parsed.GetRequiredValue(_cache),
            Options = Defaults with { Views = parsed.GetValue(_views), Threads = parsed.GetValue(_threads) },
        };
    }
}
