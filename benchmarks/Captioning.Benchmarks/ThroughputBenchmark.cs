using System.CommandLine;
using System.Diagnostics;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Inference.Runtime;

namespace Captioning.Benchmarks;

/// <summary>Images per second of the engine and of the command line, over those of the bare runtime.</summary>
internal static class ThroughputBenchmark
{
    public static Command Command()
    {
        Option<int> images = new("--images") { Description = "Photos in each round.", DefaultValueFactory = _ => 960 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each measurement; the median counts.", DefaultValueFactory = _ => 3 };
        Option<int> batch = new("--batch-size") { Description = "Images in a batch.", DefaultValueFactory = _ => 32 };
        Option<int> large = new("--large-images") { Description = "12-megapixel photos in each round; 0 leaves them out.", DefaultValueFactory = _ => 96 };
        Command command = new("throughput", "Images per second: bare ONNX Runtime, the engine from files, the caption verb.") { images, rounds, batch, large };
        command.SetAction(parsed => RunAsync(
            parsed.GetValue(images), parsed.GetValue(rounds), parsed.GetValue(batch), parsed.GetValue(large)));
        return command;
    }

    private static async Task RunAsync(int count, int rounds, int batchSize, int largeCount)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, ONNX Runtime {SessionFactory.RuntimeVersion}, {rounds} rounds");
        await MeasureBareAsync(rounds);
        await CompareAsync("500 x 375 pixels", count, 500, 375, rounds, batchSize, decodeOnly: false);
        if (largeCount > 0)
        {
            await CompareAsync("4000 x 3000 pixels", largeCount, 4000, 3000, rounds, batchSize, decodeOnly: true);
        }
    }

    /// <summary>Which batch size is best for the bare loop, so that it is compared at its best.</summary>
    private static Task MeasureBareAsync(int rounds)
    {
        using Photos photos = new(32, 500, 375);
        using PreparedImages prepared = new(photos.Files);
        foreach (int size in new[] { 1, 4, 8, 16, 32, 64 })
        {
            using BareLoop bare = new(SessionFactory.Create(Device.Cpu), size, prepared.Pixels);
            double rate = Median.Of([.. Enumerable.Range(0, rounds).Select(_ => bare.Rate(96))]);
            Console.WriteLine($"bare loop, batch {size,2}: {rate,6:F1} images/s");
        }

        return Task.CompletedTask;
    }

    private static async Task CompareAsync(string title, int count, uint width, uint height, int rounds, int batchSize, bool decodeOnly)
    {
        using Photos photos = new(count, width, height);
        using PreparedImages prepared = new(photos.Files[..Math.Min(count, batchSize)]);
        using BareLoop bare = new(SessionFactory.Create(Device.Cpu), batchSize, prepared.Pixels);
        await using CaptionEngine engine = CaptionEngine.Load(
            new CaptionEngineOptions { ModelPath = Repository.Model, Device = Device.Cpu, MaxBatchSize = batchSize, QueueCapacity = batchSize * 4 });
        bare.Run();
        await EngineAsync(engine, photos.Files[..Math.Min(count, batchSize * 2)], batchSize);

        // Interleaved, so that whatever else the machine does falls on all alike.
        List<double> limits = [];
        List<double> engines = [];
        List<double> verbs = [];
        List<double> decoders = [];
        for (int round = 0; round < rounds; round++)
        {
            limits.Add(bare.Rate(count));
            engines.Add(await EngineAsync(engine, photos.Files, batchSize));
            verbs.Add(await VerbAsync(photos, batchSize));
            if (decodeOnly)
            {
                decoders.Add(DecodeRate(photos.Files));
            }
        }

        double limit = Median.Of(limits);
        Console.WriteLine($"{title}, {count} photos, batch {batchSize}:");
        Console.WriteLine($"  (a) bare ONNX Runtime loop  {limit,6:F1} images/s");
        Console.WriteLine($"  (b) engine from files       {Median.Of(engines),6:F1} images/s  (b)/(a) = {Median.Of(engines) / limit:F3}");
        Console.WriteLine($"  (c) caption verb            {Median.Of(verbs),6:F1} images/s  (c)/(a) = {Median.Of(verbs) / limit:F3}");
        if (decodeOnly)
        {
            double decode = Median.Of(decoders);
            double both = 1 / ((1 / limit) + (1 / decode));
            Console.WriteLine($"  (d) decoding alone          {decode,6:F1} images/s  (b)/(d) = {Median.Of(engines) / decode:F3}");
            Console.WriteLine($"      (a) and (d) one after the other {both:F1} images/s  (b)/that = {Median.Of(engines) / both:F3}");
        }
    }

    private static async Task<double> EngineAsync(CaptionEngine engine, string[] files, int batchSize)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = batchSize * 4 },
            async (file, token) => await engine.CaptionAsync(ImageSource.FromFile(file), CaptionOptions.Default, BatchPriority.Bulk, token));
        return files.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The whole command: loading the model, starting the bus, captioning, writing the results.</summary>
    private static async Task<double> VerbAsync(Photos photos, int batchSize)
    {
        long start = Stopwatch.GetTimestamp();
        int exit = await CaptionVerb.RunAsync(photos.Folder, batchSize);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return exit == 0 ? photos.Files.Length / seconds : throw new InvalidOperationException($"The caption verb ended with {exit}.");
    }

    private static double DecodeRate(string[] files)
    {
        ImageDecoder decoder = new(new ImageDecoderOptions());
        long start = Stopwatch.GetTimestamp();
        Parallel.ForEach(files, file => decoder.Decode(ImageSource.FromFile(file), 260, CancellationToken.None).Dispose());
        return files.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }}
