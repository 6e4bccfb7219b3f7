using System.Buffers.Binary;
using System.CommandLine;
using Captioning.Inference.Runtime;
using Captioning.Worker.Inputs;

namespace Captioning.Benchmarks;

/// <summary>The service on a RabbitMQ of its own: its throughput over that of the bare runtime, and its memory over a long run.</summary>
internal static class QueueBenchmark
{
    private const int Producers = 2;

    public static Command Throughput()
    {
        Option<int> images = new("--images") { Description = "Photos in each round.", DefaultValueFactory = _ => 960 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each measurement; the median counts.", DefaultValueFactory = _ => 3 };
        Option<int> batch = new("--batch-size") { Description = "Images in a batch.", DefaultValueFactory = _ => 32 };
        Command command = new("queue", "Images per second through RabbitMQ with two producers, over the bare runtime's.") { images, rounds, batch };
        command.SetAction(parsed => ThroughputAsync(parsed.GetValue(images), parsed.GetValue(rounds), parsed.GetValue(batch)));
        return command;
    }

    public static Command Memory()
    {
        Option<int> images = new("--images") { Description = "Requests to answer.", DefaultValueFactory = _ => 20_000 };
        Command command = new("queue-memory", "Resident memory of a worker while it answers many requests from RabbitMQ.") { images };
        command.SetAction(parsed => MemoryAsync(parsed.GetValue(images)));
        return command;
    }

    private static async Task ThroughputAsync(int count, int rounds, int batchSize)
    {
        using Photos photos = new(count, 500, 375);
        using PreparedImages prepared = new(photos.Files[..Math.Min(count, batchSize)]);
        using BareLoop bare = new(SessionFactory.Create(Device.Cpu), batchSize, prepared.Pixels);
        await using QueueService service = await QueueService.StartAsync(photos.Folder, batchSize);
        bare.Run();
        await service.CaptionAsync(Inline(photos, batchSize * 2, seed: -1), Producers);

        List<double> limits = [];
        List<double> files = [];
        List<double> inline = [];
        for (int round = 0; round < rounds; round++)
        {
            limits.Add(bare.Rate(count));
            files.Add(count / await service.CaptionAsync(Files(photos, count, round), Producers));
            inline.Add(count / await service.CaptionAsync(Inline(photos, count, round), Producers));
        }

        double limit = Median.Of(limits);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {count} photos of 500 x 375 pixels, batch {batchSize}, {Producers} producers, {rounds} rounds:");
        Console.WriteLine($"  (a) bare ONNX Runtime loop     {limit,6:F1} images/s");
        Console.WriteLine($"  (q) RabbitMQ, photos in files  {Median.Of(files),6:F1} images/s  (q)/(a) = {Median.Of(files) / limit:F3}");
        Console.WriteLine($"  (i) RabbitMQ, photos inline    {Median.Of(inline),6:F1} images/s  (i)/(a) = {Median.Of(inline) / limit:F3}");
    }

    private static async Task MemoryAsync(int images)
    {
        const int Block = 1000;
        using Photos photos = new(200, 500, 375);
        await using QueueService service = await QueueService.StartAsync(photos.Folder, batchSize: 16);
        Console.WriteLine("requests    worker's resident MiB    images/s");
        for (int done = 0; done < images;)
        {
            double seconds = await service.CaptionAsync(Inline(photos, Block, seed: done), Producers);
            done += Block;
            Console.WriteLine($"{done,8}    {service.WorkerBytes / 1048576.0,21:F0}    {Block / seconds,8:F1}");
        }
    }

    /// <summary>Photos by their paths, with a few bytes more each round: the worker remembers captions of files that are the same.</summary>
    private static Func<string>[] Files(Photos photos, int count, int round)
    {
        foreach (string file in photos.Files)
        {
            File.AppendAllBytes(file, [(byte)round]);
        }

        return [.. Enumerable.Range(0, count).Select(i => (Func<string>)(() => FileUri.FromPath(photos.Files[i])))];
    }

    /// <summary>Photos within their requests, each with bytes at its end that make it another.</summary>
    private static Func<string>[] Inline(Photos photos, int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (Func<string>)(() =>
    {
        byte[] photo = File.ReadAllBytes(photos.Files[i % photos.Files.Length]);
        byte[] file = new byte[photo.Length + 8];
        photo.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(photo.Length), seed);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(photo.Length + 4), i);
        return $"data:image/jpeg;base64,{Convert.ToBase64String(file)}";
    }))];
}
