using System.CommandLine;
using System.Diagnostics;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;
using Device = Captioning.Inference.Runtime.Device;

namespace Captioning.Benchmarks;

/// <summary>The steps of the training loop, loading and all, over the same steps as bare tensor calls; and what a step on rewards is spent on.</summary>
internal static class TrainStepBenchmark
{
    private const double MeanWords = 10.8, WordsDeviation = 3.8;

    public static Command Command()
    {
        Option<int> images = new("--images") { Description = "Images with features on disk, 207 kB each.", DefaultValueFactory = _ => 6000 };
        Option<int> steps = new("--steps") { Description = "Steps in each round.", DefaultValueFactory = _ => 20 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 5 };
        Option<Precision> precision = new("--precision") { Description = "Numbers of the matrix products.", DefaultValueFactory = _ => Precision.Auto };
        Command command = new("train-step", "Training steps: bare TorchSharp tensor calls, the trainer's loop, self-critical steps.") { images, steps, rounds, precision };
        command.SetAction(parsed => Run(
            parsed.GetValue(images), parsed.GetValue(steps), parsed.GetValue(rounds), new TrainingOptions { Precision = parsed.GetValue(precision) }));
        return command;
    }

    private static void Run(int imageCount, int steps, int rounds, TrainingOptions options)
    {
        TorchRuntime.Configure(0);
        ScalarType products = options.Precision.ToType(CPU);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {get_num_threads()} threads, products in {products}, batches of {options.BatchSize} images");
        string folder = Directory.CreateTempSubdirectory("captioning").FullName;
        try
        {
            Run(imageCount, steps, rounds, options, products, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(int imageCount, int steps, int rounds, TrainingOptions options, ScalarType products, string folder)
    {
        ModelBundle bundle = ModelBundle.Read(Repository.Model);
        TrainedModel model = TrainedModel.Read(Repository.Model);
        using WeightSet weights = model.Model.Weights;
        using FeatureStore store = Features(Path.Combine(folder, "features"), imageCount, (int)model.Model.FeatureShape.Aggregate((a, b) => a * b));
        TrainingExample[] examples = Examples(imageCount, bundle.Vocabulary.Size);
        BatchLoader loader = new(examples, store, options.BatchSize, options.Seed);
        steps = Math.Min(steps, loader.Count - 1);

        // The loop takes the same batches, but has to load and to lay them out.
        using DisposeScope scope = NewDisposeScope();
        (LoadedBatch Loaded, CaptionBatch Captions, Tensor Features)[] prepared = [.. loader.Epoch(0, 0).Take(steps).Select(loaded => Prepare(loaded, model.Model.FeatureShape))];
        Compare(model, options, loader, store, folder, prepared, rounds, products);
        MeasureLoading(loader, steps);
        MeasureRewards(model.Model, options, examples, prepared, products);
    }

    private static void Compare(
        TrainedModel model, TrainingOptions options, BatchLoader loader, FeatureStore store, string folder, (LoadedBatch Loaded, CaptionBatch Captions, Tensor Features)[] prepared, int rounds,
        ScalarType products)
    {
        using BareTraining bare = new(((AttentionModel)model.Model).Settings, products, options.Dropout, options.LabelSmoothing);
        using FeatureEncoder encoder = FeatureEncoder.Open(Repository.Model, SessionFactory.Create(Device.Cpu));
        BundleWriter bundles = new(encoder, model.Words, model.Bundle.Manifest.Beam, new BundleSettings { Id = "benchmark", License = "MIT", Data = "none" });
        double[][] limits = new double[rounds][];
        double[][] loops = new double[rounds][];
        double[] checkpoints = new double[rounds];

        // Interleaved, so that whatever else the machine does falls on both alike; the first round only warms up.
        for (int round = -1; round < rounds; round++)
        {
            double[] limit = Array.ConvertAll(prepared, batch => Seconds(() => bare.Step(batch.Captions, batch.Features)));
            (double[] loop, double checkpoint) = Loop(model.Model, options, loader, new DevSet([], [], store), bundles, folder, prepared.Length);
            if (round >= 0)
            {
                (limits[round], loops[round], checkpoints[round]) = (limit, loop, checkpoint);
            }
        }

        // Each batch at its median over the rounds: what disturbs one of them does not count.
        double bareStep = Enumerable.Range(0, prepared.Length).Average(i => Median.Of(limits.Select(round => round[i])));
        double loopStep = Enumerable.Range(0, prepared.Length).Average(i => Median.Of(loops.Select(round => round[i])));
        double saved = Median.Of(checkpoints) / options.CheckpointSteps;
        double tokens = prepared.Average(batch => batch.Captions.Tokens);
        Console.WriteLine($"  (a) bare tensor calls  {bareStep * 1e3,6:F0} ms a step, {tokens / bareStep,6:F0} tokens/s");
        Console.WriteLine($"  (b) the trainer's loop {loopStep * 1e3,6:F0} ms a step, {tokens / loopStep,6:F0} tokens/s  (b)/(a) = {loopStep / bareStep:F3}");
        Console.WriteLine(
            $"  (c) with a checkpoint of {Median.Of(checkpoints) * 1e3:F0} ms every {options.CheckpointSteps} steps {(loopStep + saved) * 1e3:F0} ms  (c)/(a) = {(loopStep + saved) / bareStep:F3}");
    }

    private static (double[] Seconds, double Checkpoint) Loop(
        DecoderModel model, TrainingOptions options, BatchLoader loader, DevSet dev, BundleWriter bundles, string folder, int steps)
    {
        using StepTimer timer = new(steps);
        RunFolder run = new(Path.Combine(folder, "run"));
        Directory.CreateDirectory(run.Path);
        using DecoderTrainer trainer = new(
            model, new CrossEntropyObjective(model, options), options, loader, dev, bundles, run, timer, TimeProvider.System);
        try
        {
            trainer.Run(timer.Token);
        }
        catch (OperationCanceledException)
        {
            // It ends with a checkpoint.
            return ([.. timer.Seconds], timer.SinceLast);
        }

        throw new InvalidOperationException("The epoch was over before the benchmark.");
    }

    private static void MeasureLoading(BatchLoader loader, int steps)
    {
        double seconds = Seconds(() =>
        {
            foreach (LoadedBatch _ in loader.Epoch(1, 0).Take(steps))
            {
            }
        });
        Console.WriteLine($"  loading alone: {seconds / steps * 1e3:F1} ms a batch");
    }

    /// <summary>The shipped model draws captions for noise: they end where its captions end, more or less, and that is all that matters here.</summary>
    private static void MeasureRewards(
        DecoderModel model, TrainingOptions options, TrainingExample[] examples, (LoadedBatch Loaded, CaptionBatch Captions, Tensor Features)[] prepared, ScalarType products)
    {
        SelfCriticalOptions settings = new();
        CaptionReward reward = new(examples);
        SelfCriticalObjective objective = new(model, options, settings, reward);
        List<double> whole = [], drawing = [], rewarding = [];
        foreach ((LoadedBatch loaded, _, Tensor features) in prepared)
        {
            using DisposeScope scope = NewDisposeScope();
            int[][][] captions = [];
            drawing.Add(Seconds(() => captions = new CaptionSampler(model, products, WordList.Bos, WordList.Eos, zeros(model.Vocabulary), options.MaxWords + 1)
                .Write(features, settings.Samples, greedy: false)));
            double sum = 0;
            rewarding.Add(Seconds(() => sum = captions.Index().Sum(own => own.Item.Sum(caption => reward.Of(loaded.Images[own.Index], caption)))));
            whole.Add(Seconds(() => objective.Compute(loaded, features).Loss.backward()));
            model.Weights.Gradients.zero_();
        }

        Console.WriteLine(
            $"  self-critical, {settings.Samples} samples an image: {Median.Of(whole) * 1e3:F0} ms a step without the optimizer, of which drawing {Median.Of(drawing) * 1e3:F0} ms, "
            + $"rewards {Median.Of(rewarding) * 1e3:F1} ms ({Median.Of(rewarding) / Median.Of(whole):P1})");
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static (LoadedBatch Loaded, CaptionBatch Captions, Tensor Features) Prepare(LoadedBatch loaded, IReadOnlyList<long> shape)
    {
        Tensor features = empty([loaded.Images.Length, .. shape], ScalarType.Float16);
        loaded.Features.CopyTo(features.bytes);
        return (loaded, CaptionBatch.Create(loaded.Captions, WordList.Bos, WordList.Eos, CPU), features);
    }

    private static FeatureStore Features(string folder, int count, int length)
    {
        FeatureStore store = FeatureStore.Open(folder, length, () => { }, CancellationToken.None);
        Random random = new(1);
        Half[] features = new Half[length];
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = (Half)random.NextSingle();
        }

        for (int image = 0; image < count; image++)
        {
            store.Add([(UInt128)image], features);
        }

        store.Map();
        return store;
    }

    /// <summary>Five captions an image, as long as people's.</summary>
    private static TrainingExample[] Examples(int count, int vocabulary)
    {
        Random random = new(2);
        return [.. Enumerable.Range(0, count).Select(image => new TrainingExample([.. Enumerable.Range(0, 5).Select(_ => Caption())], [image]))];

        int[] Caption()
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            int words = Math.Clamp((int)Math.Round(MeanWords + (WordsDeviation * normal)), 2, new TrainingOptions().MaxWords);
            return [.. Enumerable.Range(0, words).Select(_ => random.Next(WordList.Unk + 1, vocabulary))];
        }
    }
}
