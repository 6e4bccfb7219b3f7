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
        using FeatureEncoder encoder = FeatureEncoder.Open(settings.Encoder, SessionFactory.Create(Device.Cpu, settings.Options.Threads));
        using FeatureStore store = OpenStore(settings, encoder);
        FindFeatures(settings, splits, encoder, store, cancellationToken);
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

        if (options.Hidden % options.Heads != 0)
        {
            throw new TrainingException($"{options.Heads} heads do not divide {options.Hidden} numbers evenly.");
        }

        DatasetSplits splits = ReadData(settings);
        Directory.CreateDirectory(settings.Output);
        TorchThreads.Configure(options.Threads);
        using FeatureEncoder encoder = FeatureEncoder.Open(settings.Encoder, SessionFactory.Create(Device.Cpu, options.Threads));
        IReadOnlyList<string>[][] captions = [.. splits.Train.Images.Select(image => image.Captions.Select(caption => PtbTokenizer.Tokenize(caption)).ToArray())];
        StartingPoint start = Start(settings, encoder, captions);
        using WeightSet weights = start.Model.Weights;
        int[][][] encoded = Array.ConvertAll(captions, image => image.Where(caption => caption.Count > 0).Select(caption => start.Words.Encode(caption, options.MaxWords)).ToArray());
        int examples = encoded.Count(image => image.Length > 0);
        messages.WriteLine($"{examples:N0} training images with {encoded.Sum(image => image.Length):N0} captions, {splits.Dev.Images.Count:N0} dev images, {start.Words.Words.Count:N0} tokens");

        BundleWriter bundles = new(
            encoder,
            start.Words,
            new BeamManifest { Width = options.Beam, MaxLength = options.MaxWords + 4, LengthPenalty = 0.7, NoRepeatNgram = 3 },
            new BundleSettings
            {
                Id = settings.Id, Version = settings.Version, License = settings.License, Description = settings.Description,
                Data = $"{Path.GetFileName(settings.Captions)}, {Path.GetFileName(settings.Train)}: {examples:N0} images",
                ScoredOn = $"{Path.GetFileName(settings.Captions)}, {Path.GetFileName(settings.Dev)}: {splits.Dev.Images.Count:N0} images, beam {options.Beam}",
            });
        double best = settings.Joint is { } joint
            ? TrainJointly(settings, joint, splits, encoder, encoded, start.Model, bundles, folder, cancellationToken)
            : TrainDecoder(settings, splits, encoder, encoded, start.Model, bundles, folder, cancellationToken);
        messages.WriteLine($"The best model has a dev CIDEr of {best:0.0000}: {folder.Best}");
        return ExitCode.Success;
    }

    /// <summary>The decoder to begin with: one that is there, or a fresh one for the words of the captions.</summary>
    private static StartingPoint Start(TrainSettings settings, FeatureEncoder encoder, IReadOnlyList<string>[][] captions)
    {
        TrainingOptions options = settings.Options;
        FeatureManifest features = encoder.Encoder.Features;
        if (settings.StartFrom is { } folder)
        {
            StartingPoint start = StartingPoint.Read(folder);
            AttentionSettings sizes = start.Model.Settings;
            if (sizes.Regions != features.Regions || sizes.Channels != features.Channels)
            {
                start.Model.Weights.Dispose();
                throw new TrainingException(
                    $"The decoder in {folder} takes {sizes.Regions} regions of {sizes.Channels} numbers; the encoder {settings.Encoder} gives {features.Regions} of {features.Channels}.");
            }

            return start;
        }

        WordList words = WordList.Of(captions.SelectMany(image => image), options.MinCount);
        torch.manual_seed(options.Seed);
        AttentionSettings fresh = new(features.Regions, features.Channels, words.Words.Count) { Hidden = options.Hidden, Heads = options.Heads };
        return new StartingPoint(AttentionDecoder.Create(fresh, torch.CPU), words);
    }

    private double TrainDecoder(
        TrainSettings settings, DatasetSplits splits, FeatureEncoder encoder, int[][][] captions, AttentionDecoder model, BundleWriter bundles, RunFolder folder,
        CancellationToken cancellationToken)
    {
        TrainingOptions options = settings.Options;
        using FeatureStore store = OpenStore(settings, encoder);
        (int[][] train, int[] dev) = FindFeatures(settings, splits, encoder, store, cancellationToken);
        TrainingExample[] examples = [.. captions.Select((image, i) => new TrainingExample(image, train[i])).Where(example => example.Captions.Length > 0)];
        using ModelTrainer trainer = new(
            model, options, new BatchLoader(examples, store, options.BatchSize, options.Seed), new DevSet(splits.Dev.Images, dev, store), bundles, folder,
            new TrainingProgress(messages, time), time);
        Resume(settings, trainer.Resume);
        return trainer.Run(cancellationToken);
    }

    private double TrainJointly(
        TrainSettings settings, JointOptions joint, DatasetSplits splits, FeatureEncoder encoder, int[][][] captions, AttentionDecoder model, BundleWriter bundles, RunFolder folder,
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

    private static FeatureStore OpenStore(TrainSettings settings, FeatureEncoder encoder) => FeatureStore.Open(
        Path.Combine(settings.Cache, $"{encoder.Sha256[..16]}-{ModelArchitecture.Attention.Feature}"), encoder.Encoder.FeatureLength(ModelArchitecture.Attention.Feature));

    private (int[][] Train, int[] Dev) FindFeatures(
        TrainSettings settings, DatasetSplits splits, FeatureEncoder encoder, FeatureStore store, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImageView> views = ImageView.Series(settings.Options.Views);
        FeatureRequest[] requests =
        [
            .. splits.Train.Images.Select(image => new FeatureRequest(Path.Combine(settings.Images, image.Name), views)),
            .. splits.Dev.Images.Select(image => new FeatureRequest(Path.Combine(settings.Images, image.Name), [ImageView.Whole])),
        ];
        FeatureProgress progress = new(messages, time);
        int[][] records = new FeatureExtractor(encoder, ModelArchitecture.Attention.Feature, store).Run(requests, progress.Report, cancellationToken);
        int train = splits.Train.Images.Count;
        return (records[..train], [.. records[train..].Select(views => views[0])]);
    }
}
