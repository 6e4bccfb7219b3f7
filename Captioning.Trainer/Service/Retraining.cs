using System.Text.Json;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Data;
using Captioning.Trainer.Encoders;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Feedback;
using Captioning.Trainer.Models;
using Captioning.Trainer.Photos;
using Captioning.Trainer.Training;
using Captioning.Worker.Models;
using Captioning.Worker.Output;

namespace Captioning.Trainer.Service;

/// <summary>
/// Trains the current model further on feedback and a share of the base data, lets the gate compare both, and publishes the new one or keeps
/// it aside. What a killed process had under way goes on from its checkpoint.
/// </summary>
internal sealed class Retraining(TrainerOptions options, FeedbackStore feedback, TrainingLedger ledger, TimeProvider time)
{
    private const string ReportFile = "report.json";
    private const string FeedbackNote = "; then ";
    private const int MaxWords = 20;

    private const int LeastStepsPerWarmUpStep = 5;

    /// <summary>The least base images that an epoch is judged by, where there are as many.</summary>
    private const int MinEpochDev = 50;

    /// <summary>Carries out a training.</summary>
    /// <param name="training">The training, which waits or has begun.</param>
    /// <param name="report">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends it; it can go on from there.</param>
    /// <exception cref="TrainingException">The current model cannot be trained further.</exception>
    /// <exception cref="ModelNotFoundException">There is no current model.</exception>
    /// <exception cref="ModelLoadException">The current model is damaged.</exception>
    /// <exception cref="DatasetException">The base data cannot be used.</exception>
    /// <exception cref="FeatureException">The features cannot be kept.</exception>
    /// <exception cref="Inference.Images.ImageRejectedException">An image cannot be read.</exception>
    /// <exception cref="ExportException">The trained model could not be written as it is.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TrainingReport Run(TrainingRecord training, Action<StageReport> report, CancellationToken cancellationToken)
    {
        RetrainingProgress progress = new(report, options.ProgressInterval, time);
        progress.Prepare();
        ModelVersions versions = options.ModelFolder.Find(options.Model);
        ModelBundle current = ModelBundle.Read(versions.Current());
        RunFolder run = new(options.RunFolder(training.Number));
        if (Finished(training, run, current.Manifest.Version) is { } finished)
        {
            return finished;
        }

        if (training.Status != TrainingStatus.Running || training.BaseVersion != current.Manifest.Version)
        {
            DeleteFolder(run.Path);
            training = ledger.Start(training, current.Manifest.Version, NextVersion(versions, current.Manifest.Version), feedback.Last());
        }

        Directory.CreateDirectory(run.Path);
        int seed = (int)training.Number;
        RetrainingData data = RetrainingData.Load(options.BaseData, feedback, training.LastFeedback, seed);
        if (data.FeedbackTrain.Count == 0 || data.FeedbackHeldOut.Count < options.Feedback.MinHeldOut)
        {
            return Finish(run, Report(
                training,
                current,
                isPublished: false,
                $"There is too little feedback: {data.FeedbackTrain.Count} images to learn from, of which there must be one at least, "
                    + $"and {data.FeedbackHeldOut.Count} held-out images, of which there must be {options.Feedback.MinHeldOut}.",
                data.Describe([])));
        }

        TorchRuntime.Configure(options.Recipe.Threads);
        SessionFactory sessions = SessionFactory.Create(Device.Cpu, options.Recipe.Threads);
        using FeatureEncoder encoder = FeatureEncoder.Open(current.Directory, sessions);
        string feature = current.Architecture.Feature;

        // Of an encoder that learns no features are kept.
        using FeatureStore? store = options.Recipe.FineTuneEncoder
            ? null
            : FeatureStore.Open(Path.Combine(options.FeatureFolder, $"{encoder.Sha256[..16]}-{feature}"), encoder.Encoder.FeatureLength(feature), () => { }, cancellationToken);
        Dictionary<string, int> records = store is null ? [] : FindFeatures(data, encoder, feature, store, progress, cancellationToken);

        Trainee trainee = Teach(training, current, data, records, encoder, store, run, progress, seed, cancellationToken);
        progress.Judge();
        IDevSet dev = Dev([.. data.BaseDev, .. data.FeedbackHeldOut], records, store);
        ModelScores before = Score(current.Directory, dev, data, sessions, cancellationToken);
        ModelScores after = Score(run.Best, dev, data, sessions, cancellationToken);
        (bool isOpen, string reason) = new PublicationGate(options.Gate).Decide(before, after);
        if (isOpen && ModelManifest.Read(versions.Current()).Version is var serving && serving != training.BaseVersion)
        {
            (isOpen, reason) = (false, $"{serving} has come to serve in the place of {training.BaseVersion}, which was trained further. Train again.");
        }

        TrainingReport result = Report(training, current, isOpen, reason, data.Describe(trainee.NewWords), before, after);
        if (isOpen)
        {
            trainee.Bundles.AddScores(run.Best, after.Base);
            WriteReport(run, result);
            Publish(versions, run.Best);
        }

        return Finish(run, result);
    }

    /// <summary>The report of a training whose process was killed after it had ended.</summary>
    private static TrainingReport? Finished(TrainingRecord training, RunFolder run, string version)
    {
        string path = Path.Combine(run.Path, ReportFile);
        if (training.Status != TrainingStatus.Running || !File.Exists(path))
        {
            return null;
        }

        TrainingReport? report = JsonSerializer.Deserialize(File.ReadAllBytes(path), TrainingReportJson.Default.TrainingReport);
        return report is not null && version == (report.IsPublished ? report.CandidateVersion : report.BaseVersion) ? report : null;
    }

    /// <summary>1.0.9 is followed by 1.0.10, and what ends in no number by itself with a number.</summary>
    private static string NextVersion(ModelVersions versions, string version)
    {
        IReadOnlyList<string> taken = versions.List();
        int dot = version.LastIndexOf('.');
        (string stem, int number) = int.TryParse(version.AsSpan(dot + 1), out int last) ? (version[..(dot + 1)], last) : (version + '.', 0);
        do
        {
            number++;
        }
        while (taken.Contains($"{stem}{number}"));
        return $"{stem}{number}";
    }

    private static Dictionary<string, int> FindFeatures(
        RetrainingData data, FeatureEncoder encoder, string feature, FeatureStore store, RetrainingProgress progress, CancellationToken cancellationToken)
    {
        string[] paths = [.. new[] { data.BaseTrain, data.FeedbackTrain, data.BaseDev, data.FeedbackHeldOut }.SelectMany(files => files).Select(file => file.Path).Distinct()];
        int[][] records = new FeatureExtractor(encoder, feature, store)
            .Run([.. paths.Select(path => new FeatureRequest(path, [ImageView.Whole]))], progress.ReportFeatures, cancellationToken);
        return paths.Zip(records).ToDictionary(pair => pair.First, pair => pair.Second[0]);
    }

    private static IDevSet Dev(IReadOnlyList<ImageFile> files, Dictionary<string, int> records, FeatureStore? store)
    {
        DatasetImage[] images = [.. files.Select(file => file.Image with { Name = file.Path })];
        return store is null ? new DevPhotos(images, [.. files.Select(file => file.Path)]) : new DevSet(images, [.. files.Select(file => records[file.Path])], store);
    }

    private static ModelScores Score(string bundle, IDevSet dev, RetrainingData data, SessionFactory sessions, CancellationToken cancellationToken)
    {
        (CaptionScores scores, IReadOnlyDictionary<string, string> captions) = dev.Judge(bundle, sessions, cancellationToken);
        CaptionScores onBase = CaptionEvaluation.Evaluate(
            data.BaseDev.ToDictionary(file => file.Path, file => file.Image.Captions), data.BaseDev.ToDictionary(file => file.Path, file => captions[file.Path]));
        return new ModelScores(onBase, data.FeedbackHeldOut.Average(file => scores.CiderByImage[file.Path]));
    }

    private Trainee Teach(
        TrainingRecord training, ModelBundle current, RetrainingData data, Dictionary<string, int> records, FeatureEncoder encoder, FeatureStore? store, RunFolder run,
        RetrainingProgress progress, int seed, CancellationToken cancellationToken)
    {
        ModelManifest manifest = current.Manifest;
        WordList known = WordList.Of(current.Vocabulary);
        WordList words = known.With(data.FeedbackTrain.SelectMany(file => file.Image.Captions).Select(caption => PtbTokenizer.Tokenize(caption)), options.Feedback.MinWordCount);
        BundleWriter bundles = new(encoder, words, manifest.Beam, Describe(training, manifest, data));

        DecoderModel before = DecoderReader.Read(current);
        using WeightSet beforeWeights = before.Weights;
        DecoderModel model = VocabularyGrowth.Grow(before, words.Words.Count);
        using WeightSet weights = model.Weights;
        TrainingOptions recipe = options.Recipe.ToOptions(seed, Math.Min(MaxWords, manifest.Beam.MaxLength - 1));
        (ImageFile File, int[][] Captions)[] examples =
        [
            .. data.BaseTrain.Concat(data.FeedbackTrain.SelectMany(file => Enumerable.Repeat(file, options.Feedback.Repeats)))
                .Select(file => (file, Captions: Encode(file))).Where(example => example.Captions.Length > 0),
        ];

        // A little feedback makes few steps, which must not all be spent on the rise.
        recipe = recipe with { WarmUpSteps = Math.Min(recipe.WarmUpSteps, recipe.Epochs * examples.Length / recipe.BatchSize / LeastStepsPerWarmUpStep) };

        // To choose the best epoch, what was there before weighs as much as what is new.
        IReadOnlyList<ImageFile> some = data.DrawBaseDev(Math.Max(MinEpochDev, data.FeedbackHeldOut.Count), seed);
        IDevSet dev = Dev([.. some, .. data.FeedbackHeldOut], records, store);
        if (store is null)
        {
            JointOptions joint = options.Recipe.ToJoint()!;
            int size = encoder.Encoder.InputSize;
            PhotoExample[] photos = [.. examples.Select(example => new PhotoExample(example.Captions, example.File.Path))];
            PhotoBatches batches = new(photos, new AugmentedPhotos(joint.Augmentation, size), size, recipe.BatchSize, recipe.Seed);
            using EncoderNetwork network = EncoderNetwork.Read(encoder.Graph);
            using JointTrainer trainer = new(model, network, encoder, recipe, joint, batches, dev, bundles, run, progress, time);
            Run(trainer);
        }
        else
        {
            TrainingExample[] features = [.. examples.Select(example => new TrainingExample(example.Captions, [records[example.File.Path]]))];
            BatchLoader batches = new(features, store, recipe.BatchSize, recipe.Seed);
            using DecoderTrainer trainer = new(model, new CrossEntropyObjective(model, recipe), recipe, batches, dev, bundles, run, progress, time);
            Run(trainer);
        }

        return new Trainee(bundles, [.. words.Words.Skip(known.Words.Count)]);

        void Run<TBatch>(ModelTrainer<TBatch> trainer)
        {
            trainer.Resume();
            trainer.Run(cancellationToken);
        }

        int[][] Encode(ImageFile file) =>
            [.. file.Image.Captions.Select(caption => words.Encode(PtbTokenizer.Tokenize(caption), recipe.MaxWords)).Where(tokens => tokens.Length > 0)];
    }

    private BundleSettings Describe(TrainingRecord training, ModelManifest manifest, RetrainingData data)
    {
        string origin = (manifest.Training?.Data ?? Path.GetFileName(options.BaseData.Captions)).Split(FeedbackNote)[0];
        return new BundleSettings
        {
            Id = manifest.Id,
            Version = training.CandidateVersion!,
            License = manifest.License,
            Description = manifest.Description,
            Data = $"{origin}{FeedbackNote}{data.FeedbackTrain.Count:N0} images with feedback",
            ScoredOn = $"{Path.GetFileName(options.BaseData.Captions)}, {Path.GetFileName(options.BaseData.Dev)}: {data.BaseDev.Count:N0} images, beam {manifest.Beam.Width}",
        };
    }

    private TrainingReport Report(
        TrainingRecord training, ModelBundle model, bool isPublished, string reason, TrainingData data, ModelScores? current = null, ModelScores? candidate = null) => new()
    {
        TrainingId = training.TrainingId,
        Request = training.Reason,
        IsPublished = isPublished,
        Reason = reason,
        ModelId = model.Manifest.Id,
        BaseVersion = training.BaseVersion!,
        CandidateVersion = training.CandidateVersion!,
        Current = current,
        Candidate = candidate,
        Data = data,
        Time = time.GetUtcNow(),
    };

    /// <summary>The folder of models may be on another file system: the bundle is copied beside its place, then moved there.</summary>
    private void Publish(ModelVersions versions, string candidate)
    {
        ModelManifest manifest = ModelManifest.Read(candidate);
        if (versions.List().Contains(manifest.Version) && SameFiles(ModelManifest.Read(versions[manifest.Version]), manifest))
        {
            // A killed process came as far as that.
            versions.Use(manifest.Version);
            return;
        }

        string staged = Path.Combine(versions.Folder, ".candidate");
        BundleWriter.Copy(candidate, staged);
        versions.Publish(staged, options.KeepVersions);
    }

    private static bool SameFiles(ModelManifest one, ModelManifest other) =>
        one.Files.Count == other.Files.Count && one.Files.All(file => other.Files.TryGetValue(file.Key, out FileManifest? twin) && twin == file.Value);

    /// <summary>Writes the report and deletes what only a training under way needs, and what is old.</summary>
    private TrainingReport Finish(RunFolder run, TrainingReport report)
    {
        WriteReport(run, report);
        File.Delete(run.Checkpoint);
        File.Delete(run.BestWeights);
        DeleteFolder(run.Last);
        if (report.IsPublished)
        {
            DeleteFolder(run.Best);
        }

        foreach (string old in Directory.GetDirectories(options.RunsFolder).Order(StringComparer.Ordinal).SkipLast(options.KeepTrainings))
        {
            DeleteFolder(old);
        }

        return report;
    }

    private static void WriteReport(RunFolder run, TrainingReport report) => AtomicFile.Write(
        Path.Combine(run.Path, ReportFile),
        file =>
        {
            JsonSerializer.Serialize(file, report, TrainingReportJson.Default.TrainingReport);
            return file.Length;
        },
        flushToDisk: true);

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Trainee(BundleWriter Bundles, IReadOnlyList<string> NewWords);
}
