using System.CommandLine;
using System.Diagnostics;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Encoders;
using Captioning.Trainer.Features;
using Captioning.Trainer.Training;
using static TorchSharp.torch;

namespace Captioning.Benchmarks;

/// <summary>Images per second of encoders, side by side: before and after training, and in each precision.</summary>
internal static class EncoderBenchmark
{
    private const int TrainingBatch = 8;

    public static Command Command()
    {
        Argument<string[]> encoders = new("encoders") { Description = "ONNX graphs, or model bundles.", Arity = ArgumentArity.OneOrMore };
        Option<int> batch = new("--batch-size") { Description = "Images in a batch.", DefaultValueFactory = _ => 32 };
        Option<int> batches = new("--batches") { Description = "Batches in each round.", DefaultValueFactory = _ => 10 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each measurement; the median counts.", DefaultValueFactory = _ => 5 };
        Option<bool> training = new("--training") { Description = "Measure what learning from an image takes, too." };
        Command command = new("encoders", "Images per second of encoders: ONNX Runtime, and training with TorchSharp.") { encoders, batch, batches, rounds, training };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(encoders), parsed.GetValue(batch), parsed.GetValue(batches), parsed.GetValue(rounds), parsed.GetValue(training)));
        return command;
    }

    private static void Run(string[] paths, int batchSize, int batches, int rounds, bool training)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, ONNX Runtime {SessionFactory.RuntimeVersion}, batch {batchSize}, {rounds} rounds");
        TorchRuntime.Configure(0);
        SessionFactory sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu);
        FeatureEncoder[] encoders = Array.ConvertAll(paths, path => FeatureEncoder.Open(path, sessions));
        double[][] rates = Array.ConvertAll(paths, _ => new double[rounds]);

        // Interleaved, so that whatever else the machine does falls on all alike. The first round warms up.
        for (int round = -1; round < rounds; round++)
        {
            for (int e = 0; e < encoders.Length; e++)
            {
                double rate = Rate(encoders[e], batchSize, batches);
                rates[e][Math.Max(0, round)] = rate;
            }
        }

        for (int e = 0; e < encoders.Length; e++)
        {
            double rate = Median.Of(rates[e]);
            Console.WriteLine($"{paths[e]} ({encoders[e].Graph.Length / 1e6:F1} MB): {rate:F1} images/s, {rate / Median.Of(rates[0]):F3} of the first");
            if (training)
            {
                MeasureTraining(encoders[e], rounds);
            }

            encoders[e].Dispose();
        }
    }

    private static double Rate(FeatureEncoder encoder, int batchSize, int batches)
    {
        byte[] images = new byte[batchSize * encoder.Encoder.ImageBytes];

        // Nothing here is secret.
        new Random(1).NextBytes(images);
        string feature = ModelArchitecture.Attention.Feature;
        float[] features = new float[batchSize * encoder.Encoder.FeatureLength(feature)];
        long start = Stopwatch.GetTimestamp();
        for (int b = 0; b < batches; b++)
        {
            encoder.Encoder.Run(images, batchSize, feature, features);
        }

        return batchSize * batches / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void MeasureTraining(FeatureEncoder encoder, int rounds)
    {
        using EncoderNetwork network = EncoderNetwork.Read(encoder.Graph);
        using Tensor images = EncoderParity.Pictures(network.Rows, network.Columns).repeat(TrainingBatch / 2, 1, 1, 1);
        ScalarType[] precisions = [ScalarType.Float32, ScalarType.BFloat16];
        double[][] seconds = Array.ConvertAll(precisions, _ => new double[rounds]);
        for (int round = -1; round < rounds; round++)
        {
            for (int p = 0; p < precisions.Length; p++)
            {
                network.Precision = precisions[p];
                long start = Stopwatch.GetTimestamp();
                using (TorchSharp.DisposeScope scope = NewDisposeScope())
                {
                    network.Run(images)[ModelArchitecture.Attention.Feature].sum().backward();
                }

                seconds[p][Math.Max(0, round)] = Stopwatch.GetElapsedTime(start).TotalSeconds / TrainingBatch;
            }
        }

        for (int p = 0; p < precisions.Length; p++)
        {
            Console.WriteLine($"  training in {precisions[p]}, {TrainingBatch} at once: {Median.Of(seconds[p]) * 1000:F1} ms an image, {1 / Median.Of(seconds[p]):F1} images/s");
        }
    }
}
