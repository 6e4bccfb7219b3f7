using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Data;
using Captioning.Trainer.Encoders;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;
using Captioning.Trainer.Photos;
using Captioning.Trainer.Training;
using Spectre.Console;
using TorchSharp;

namespace Captioning.Trainer.Commands;

/// <summary>Carries out <c>train</c> and <c>features</c>: reads and checks the data, computes the features, trains.</summary>
/// <param name="messages">Where progress and problems go.</param>
/// <param name="time">Measures progress.</param>
internal sealed class TrainingRun(IAnsiConsole messages, TimeProvider time)
{
    /// <summary>Computes the features that are not there yet.</summary>
    public int ComputeFeatures(TrainSettings settings, CancellationToken cancellationToken)
    {
        DatasetSplits splits = ReadData(settings);
        using FeatureEncoder encoder = FeatureEncoder.Open(settings.Encoder!, SessionFactory.Create(Device.Cpu, settings.Options.Threads));
        string feature = settings.Architecture.Feature;
        using FeatureStore store = OpenStore(settings, encoder, feature, cancellationToken);
        FindFeatures(settings, splits, encoder, feature, store, cancellationToken);
        return ExitCode.Success;
    }

    /// <summary>Trains a model.</summary>
    public int Train(TrainSettings settings, CancellationToken cancellationToken)
    {
        TrainingOptions options = settings.Options;
        RunFolder folder = new(settings.Output);
        if (File.Exists(folder.Checkpoint) && !settings.Resume)
        {
            throw new TrainingException($"{settings.Output} holds a training already: go on with --resume, or give another folder.");
        }

        if (settings.From is null && settings.Architecture == ModelArchitecture.Attention && options.Hidden % options.Heads != 0)
        {
            throw new TrainingException($"{options.Heads} heads do not divide {options.Hidden} numbers evenly.");
        }

        DatasetSplits splits = ReadData(settings);
        Directory.CreateDirectory(settings.Output);
        TorchRuntime.Configure(options.Threads);
        using FeatureEncoder encoder = FeatureEncoder.Open(settings.Encoder ?? TrainedModel.FindBundle(settings.From!), SessionFactory.Create(Device.Cpu, options.Threads));
        using TrainingModels models = new(settings, encoder, messages.WriteLine);
        IReadOnlyList<string>[][] captions = [.. splits.Train.Images.Select(image => image.Captions.Select(Split).ToArray())];
        WordList words = models.Words ?? WordList.Of(captions.SelectMany(image => image), options.MinCount);
        int[][][] encoded = Array.ConvertAll(captions, image => image.Where(caption => caption.Count > 0).Select(caption => words.Encode(caption, options.MaxWords)).ToArray());
        int examples = encoded.Count(image => image.Length > 0);
        messages.WriteLine($"{examples:N0} training images with {encoded.Sum(image => image.Length):N0} captions, {splits.Dev.Images.Count:N0} dev images, {words.Words.Count:N0} tokens");

        torch.manual_seed(options.Seed);
        DecoderModel model = models.Create(words);
        using WeightSet weights = model.Weights;
        BundleWriter bundles = new(
            encoder,
            words,
            new BeamManifest { Width = options.Beam, MaxLength = options.MaxWords + 4, LengthPenalty = 0.7, NoRepeatNgram = 3 },
            new BundleSettings
            {
                Id = settings.Id, Version = settings.Version, License = settings.License, Description = settings.Description,
                Data = $"{Path.GetFileName(settings.Captions)}, {Path.GetFileName(settings.Train)}: {examples:N0} images",
                ScoredOn = $"{Path.GetFileName(settings.Captions)}, {Path.GetFileName(settings.Dev)}: {splits.Dev.Images.Count:N0} images, beam {options.Beam}",
            });
        double best = settings.Joint is { } joint
            ? TrainJointly(settings, joint, splits, encoder, encoded, model, bundles, folder, cancellationToken)
            : TrainDecoder(settings, splits, encoder, encoded, models, model, bundles, folder, cancellationToken);
        messages.WriteLine($"The best model has a dev CIDEr of {best:0.0000}: {folder.Best}");
        return ExitCode.Success;

        IReadOnlyList<string> Split(string caption) => options.Words == CaptionWords.Plain ? PlainWords.Split(caption) : PtbTokenizer.Tokenize(caption);
    }

    private double TrainDecoder(
        TrainSettings settings, DatasetSplits splits, FeatureEncoder encoder, int[][][] captions, TrainingModels models, DecoderModel model, BundleWriter bundles, RunFolder folder,
        CancellationToken cancellationToken)
    {
        TrainingOptions options = settings.Options;
        string feature = model.Architecture.Feature;
        using FeatureStore store = OpenStore(settings, encoder, feature, cancellationToken);
        (int[][] train, int[] dev) = FindFeatures(settings, splits, encoder, feature, store, cancellationToken);
        TrainingExample[] examples = [.. captions.Select((image, i) => new TrainingExample(image, train[i])).Where(example => example.Captions.Length > 0)];
        using DecoderTrainer trainer = new(
            model, models.Objective(model, examples), options, new BatchLoader(examples, store, options.BatchSize, options.Seed),
            new DevSet(splits.Dev.Images, dev, store), bundles, folder, new TrainingProgress(messages, time), time);
        Resume(settings, trainer.Resume);
        return trainer.Run(cancellationToken);
    }

    private double TrainJointly(
        TrainSettings settings, JointOptions joint, DatasetSplits splits, FeatureEncoder encoder, int[][][] captions, DecoderModel model, BundleWriter bundles, RunFolder folder,
        CancellationToken cancellationToken)
    {
        TrainingOptions options = settings.Options;
        using EncoderNetwork network = EncoderNetwork.Read(encoder.Graph, joint.FrozenLayers);
        messages.WriteLine($"{network.Weights.Values.numel():N0} weights of the encoder learn with {model.Weights.Values.numel():N0} of the decoder");
        PhotoExample[] examples =
        [
            .. captions.Select((image, i) => new PhotoExample(image, Path.Combine(settings.Images, splits.Train.Images[i].Name))).Where(example => example.Captions.Length > 0),
        ];
        int size = encoder.Encoder.InputSize;
        DevPhotos dev = new(splits.Dev.Images, [.. splits.Dev.Images.Select(image => Path.Combine(settings.Images, image.Name))]);
        using JointTrainer trainer = new(
            model, network, encoder, options, joint, new PhotoBatches(examples, new AugmentedPhotos(joint.Augmentation, size), size, options.BatchSize, options.Seed), dev, bundles, folder,
            new TrainingProgress(messages, time), time);
        Resume(settings, trainer.Resume);
        return trainer.Run(cancellationToken);
    }

    private void Resume(TrainSettings settings, Func<bool> resume)
    {
        if (settings.Resume && !resume())
        {
            messages.WriteLine($"{settings.Output} holds no checkpoint; training begins anew.");
        }
    }

    private DatasetSplits ReadData(TrainSettings settings)
    {
        CaptionDataset all = CaptionDataset.Load(settings.Captions);
        DatasetSplits splits = DatasetSplits.Check(all.Select(settings.Train), all.Select(settings.Dev), settings.Images);
        foreach (DatasetProblem problem in splits.Problems)
        {
            messages.WriteLine($"warning: {problem}");
        }

        return splits;
    }

    private FeatureStore OpenStore(TrainSettings settings, FeatureEncoder encoder, string feature, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(settings.Cache, $"{encoder.Sha256[..16]}-{feature}");
        return FeatureStore.Open(
            folder,
            encoder.Encoder.FeatureLength(feature),
            () => messages.WriteLine($"features: another process computes those in {folder}; waiting until it is done"),
            cancellationToken);
    }

    private (int[][] Train, int[] Dev) FindFeatures(
        TrainSettings settings, DatasetSplits splits, FeatureEncoder encoder, string feature, FeatureStore store, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImageView> views = ImageView.Series(settings.Options.Views);
        FeatureRequest[] requests =
        [
            .. splits.Train.Images.Select(image => new FeatureRequest(Path.Combine(settings.Images, image.Name), views)),
            .. splits.Dev.Images.Select(image => new FeatureRequest(Path.Combine(settings.Images, image.Name), [ImageView.Whole])),
        ];
        FeatureProgress progress = new(messages, time);
        int[][] records = new FeatureExtractor(encoder, feature, store).Run(requests, progress.Report, cancellationToken);
        int train = splits.Train.Images.Count;
        return (records[..train], [.. records[train..].Select(views => views[0])]);
    }
}
