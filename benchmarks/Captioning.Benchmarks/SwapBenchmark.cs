using System.CommandLine;
using Captioning.Inference.Models;
using Captioning.Worker.Inputs;

namespace Captioning.Benchmarks;

/// <summary>A worker under a steady load whose model is replaced again and again: how long requests wait, and what memory it costs.</summary>
internal static class SwapBenchmark
{
    public static Command Command()
    {
        Option<int> swaps = new("--swaps") { Description = "How often the model is replaced.", DefaultValueFactory = _ => 50 };
        Option<int> rate = new("--rate") { Description = "Requests in a second.", DefaultValueFactory = _ => 8 };
        Option<int> seconds = new("--seconds") { Description = "Seconds of normal load before, and of load for each swap.", DefaultValueFactory = _ => 60 };
        Option<int> each = new("--each") { Description = "Seconds from one swap to the next.", DefaultValueFactory = _ => 6 };
        Command command = new("swap", "Latency and memory of a worker whose model is replaced under load.") { swaps, rate, seconds, each };
        command.SetAction(parsed => RunAsync(parsed.GetValue(swaps), parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(each)));
        return command;
    }

    private static async Task RunAsync(int swaps, int rate, int seconds, int each)
    {
        string models = Directory.CreateTempSubdirectory("captioning-models-").FullName;
        try
        {
            ModelVersions versions = Copy(models, ["1.0.0", "1.0.1"]);
            using Photos photos = new(500, 500, 375);
            await using QueueService service = await QueueService.StartAsync(photos.Folder, batchSize: 16, models);
            Latencies latencies = new();
            using CancellationTokenSource enough = new();
            Task load = service.AskSteadilyAsync(i => Photo(photos, i), rate, latencies.Add, enough.Token);

            // The first answers find cold caches.
            await Task.Delay(TimeSpan.FromSeconds(10));
            latencies.Take();
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            double[] normal = latencies.Take();
            Console.WriteLine($"{Environment.ProcessorCount} cores, {rate} requests/s of 500 x 375 pixels; seconds from request to answer:");
            Console.WriteLine($"without swaps: {Latencies.Describe(normal)}; {service.WorkerBytes / 1048576.0:F0} MiB resident");
            for (int swap = 1; swap <= swaps; swap++)
            {
                versions.Use(swap % 2 == 0 ? "1.0.0" : "1.0.1");
                await Task.Delay(TimeSpan.FromSeconds(each));
                if (swap is 1 or 2 or 5 || swap % 10 == 0)
                {
                    Console.WriteLine($"after {swap,3} swaps: {service.WorkerBytes / 1048576.0:F0} MiB resident");
                }
            }

            await enough.CancelAsync();
            await load;
            double[] swapping = latencies.Take();
            Console.WriteLine($"with swaps:    {Latencies.Describe(swapping)}");
            Console.WriteLine($"p99 with swaps / p99 without = {Latencies.Percentile(swapping, 0.99) / Latencies.Percentile(normal, 0.99):F2}, longest / p99 without = {swapping.Max() / Latencies.Percentile(normal, 0.99):F2}");
            Console.WriteLine($"answers that changed version: {latencies.Changes}, failures: {latencies.Failures}");
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }

    /// <summary>Copies the shipped model, as several versions of which the first serves.</summary>
    public static ModelVersions Copy(string models, string[] versions)
    {
        ModelVersions model = new(Path.Join(models, "model"));
        foreach (string version in versions)
        {
            string folder = Path.Join(model.Folder, version);
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.GetFiles(Repository.Model))
            {
                File.Copy(file, Path.Join(folder, Path.GetFileName(file)));
            }

            File.WriteAllText(Path.Join(folder, ModelManifest.FileName), (ModelManifest.Read(folder) with { Version = version }).ToJson());
        }

        model.Use(versions[0]);
        return model;
    }

    /// <summary>A photo with a byte more each time around, so that its caption is not known.</summary>
    public static string Photo(Photos photos, int number)
    {
        string file = photos.Files[number % photos.Files.Length];
        if (number >= photos.Files.Length)
        {
            File.AppendAllBytes(file, [0]);
        }

        return FileUri.FromPath(file);
    }
}
