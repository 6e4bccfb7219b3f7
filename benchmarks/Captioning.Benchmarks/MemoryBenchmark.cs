using System.CommandLine;
using System.Diagnostics;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Inference.Runtime;

namespace Captioning.Benchmarks;

/// <summary>The engine's memory over a long run.</summary>
internal static class MemoryBenchmark
{
    public static Command Command()
    {
        Option<int> images = new("--images") { Description = "Photos to caption.", DefaultValueFactory = _ => 10_000 };
        Command command = new("memory", "Resident memory while the engine captions many photos.") { images };
        command.SetAction(parsed => RunAsync(parsed.GetValue(images)));
        return command;
    }

    private static async Task RunAsync(int images)
    {
        const int Block = 1000;
        using Photos photos = new(200, 500, 375);
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = Repository.Model, Device = Device.Cpu });
        Console.WriteLine("images    resident MiB    peak MiB    managed MiB    GC 0/1/2");
        for (int done = 0; done < images;)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Block),
                new ParallelOptions { MaxDegreeOfParallelism = 64 },
                async (i, token) => await engine.CaptionAsync(ImageSource.FromFile(photos.Files[i % photos.Files.Length]), CaptionOptions.Default, BatchPriority.Bulk, token));
            done += Block;
            using Process process = Process.GetCurrentProcess();
            Console.WriteLine(
                $"{done,6}    {process.WorkingSet64 / 1048576.0,12:F0}    {process.PeakWorkingSet64 / 1048576.0,8:F0}    {GC.GetTotalMemory(false) / 1048576.0,11:F1}    {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)}");
        }
    }
}
