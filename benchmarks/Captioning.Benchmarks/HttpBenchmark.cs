using System.Buffers.Binary;
using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using Captioning.Inference.Runtime;

namespace Captioning.Benchmarks;

/// <summary>The HTTP API with many clients at once: its throughput over that of the bare runtime, its batches, errors and memory.</summary>
internal static class HttpBenchmark
{
    public static Command Throughput()
    {
        Option<int> images = new("--images") { Description = "Photos in each round.", DefaultValueFactory = _ => 960 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each measurement; the median counts.", DefaultValueFactory = _ => 3 };
        Option<int> batch = new("--batch-size") { Description = "Images in a batch.", DefaultValueFactory = _ => 32 };
        Option<int> clients = Clients();
        Command command = new("http", "Images per second of POST /v1/captions with many clients at once, over the bare runtime's.") { images, rounds, batch, clients };
        command.SetAction(parsed => ThroughputAsync(parsed.GetValue(images), parsed.GetValue(rounds), parsed.GetValue(batch), parsed.GetValue(clients)));
        return command;
    }

    public static Command Memory()
    {
        Option<int> images = new("--images") { Description = "Photos to post.", DefaultValueFactory = _ => 20_000 };
        Option<int> batch = new("--batch-size") { Description = "Images in a batch.", DefaultValueFactory = _ => 16 };
        Option<int> clients = Clients();
        Command command = new("http-memory", "Resident memory of a worker while it answers many requests over HTTP.") { images, batch, clients };
        command.SetAction(parsed => MemoryAsync(parsed.GetValue(images), parsed.GetValue(batch), parsed.GetValue(clients)));
        return command;
    }

    private static Option<int> Clients() =>
        new("--clients") { Description = "Clients that post one photo after the other.", DefaultValueFactory = _ => 64 };

    private static async Task ThroughputAsync(int count, int rounds, int batchSize, int clients)
    {
        using Photos photos = new(Math.Min(count, 200), 500, 375);
        using PreparedImages prepared = new(photos.Files[..Math.Min(photos.Files.Length, batchSize)]);
        using BareLoop bare = new(SessionFactory.Create(Device.Cpu), batchSize, prepared.Pixels);
        await using HttpService service = await HttpService.StartAsync(batchSize, clients);
        byte[][] files = Array.ConvertAll(photos.Files, File.ReadAllBytes);
        bare.Run();
        await PostAsync(service.Client, files, clients * 2, clients, seed: -1);

        List<long> memory = [service.WorkerBytes];
        (double batches, double sum) = await service.BatchesAsync();
        List<double> limits = [];
        List<double> rates = [];
        int errors = 0;
        for (int round = 0; round < rounds; round++)
        {
            limits.Add(bare.Rate(count));
            long start = Stopwatch.GetTimestamp();
            errors += await PostAsync(service.Client, files, count, clients, round);
            rates.Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
            memory.Add(service.WorkerBytes);
        }

        (double batchesAfter, double sumAfter) = await service.BatchesAsync();
        double limit = Median.Of(limits);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {count} photos of 500 x 375 pixels, batch {batchSize}, {clients} clients, {rounds} rounds:");
        Console.WriteLine($"  (a) bare ONNX Runtime loop  {limit,6:F1} images/s");
        Console.WriteLine($"  (h) POST /v1/captions       {Median.Of(rates),6:F1} images/s  (h)/(a) = {Median.Of(rates) / limit:F3}");
        Console.WriteLine($"  mean batch {(sumAfter - sum) / (batchesAfter - batches):F1}, {errors} errors");
        Console.WriteLine($"  worker's resident MiB before and after each round: {string.Join(", ", memory.Select(bytes => $"{bytes / 1048576.0:F0}"))}");
    }

    private static async Task MemoryAsync(int images, int batchSize, int clients)
    {
        const int Block = 1000;
        using Photos photos = new(200, 500, 375);
        byte[][] files = Array.ConvertAll(photos.Files, File.ReadAllBytes);
        await using HttpService service = await HttpService.StartAsync(batchSize, clients);
        Console.WriteLine("photos    worker's resident MiB    images/s    errors");
        for (int done = 0; done < images;)
        {
            long start = Stopwatch.GetTimestamp();
            int errors = await PostAsync(service.Client, files, Block, clients, seed: done);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            done += Block;
            Console.WriteLine($"{done,6}    {service.WorkerBytes / 1048576.0,21:F0}    {Block / seconds,8:F1}    {errors,6}");
        }
    }

    /// <summary>Each client posts its share of the photos, one after the other.</summary>
    /// <returns>How many were not answered with a caption.</returns>
    private static async Task<int> PostAsync(HttpClient client, byte[][] files, int count, int clients, int seed)
    {
        int next = -1;
        int errors = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                using ByteArrayContent photo = new(Unique(files[i % files.Length], seed, i)) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
                using HttpResponseMessage response = await client.PostAsync("/v1/captions", photo);
                if (!response.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref errors);
                }
            }
        }));
        return errors;
    }

    /// <summary>A photo with bytes at its end that make it another: the worker remembers captions of those that are the same.</summary>
    private static byte[] Unique(byte[] photo, int seed, int number)
    {
        byte[] file = new byte[photo.Length + 8];
        photo.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(photo.Length), seed);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(photo.Length + 4), number);
        return file;
    }
}
