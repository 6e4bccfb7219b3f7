using System.CommandLine;
using System.Diagnostics;
using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using MassTransit;

namespace Captioning.Benchmarks;

/// <summary>
/// A worker under a steady load and the training service beside it: feedback on a new kind of picture, a training of the shipped model,
/// the gate and the swap. Shows what requests waited, and what was learned.
/// </summary>
internal static class RetrainBenchmark
{
    private static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["chelsea.png"] = ["A tabby cat looks at the camera.", "A close up of the face of a brown cat.", "A striped cat with green eyes lies down."],
        ["coffee.png"] = ["A cup of coffee stands on a wooden table.", "A white cup of coffee on a saucer.", "Black coffee in a cup with a spoon beside it."],
    };

    public static Command Command()
    {
        Option<int> items = new("--items") { Description = "Pieces of feedback.", DefaultValueFactory = _ => 200 };
        Option<int> rate = new("--rate") { Description = "Requests in a second.", DefaultValueFactory = _ => 4 };
        Option<int> seconds = new("--seconds") { Description = "Seconds of normal load before, and of load after the swap.", DefaultValueFactory = _ => 60 };
        Option<int> threads = new("--threads") { Description = "Threads of the training.", DefaultValueFactory = _ => 1 };
        Option<string[]> set = new("--set") { Description = "A setting of the training service; can be repeated." };
        Command command = new("retrain", "Feedback, training, gate and swap with a worker under load. Needs Flickr8k in the folder 'shared'.") { items, rate, seconds, threads, set };
        command.SetAction(parsed => RunAsync(
            parsed.GetValue(items), parsed.GetValue(rate), parsed.GetValue(seconds), [$"Trainer:Recipe:Threads={parsed.GetValue(threads)}", .. parsed.GetValue(set) ?? []]));
        return command;
    }

    private static async Task RunAsync(int items, int rate, int seconds, string[] settings)
    {
        string folder = Directory.CreateTempSubdirectory("captioning-retrain-").FullName;
        try
        {
            ModelVersions versions = SwapBenchmark.Copy(Path.Join(folder, "models"), ["1.0.0"]);

            // Those of each kind come again after as many as there are samples; a few more than the feedback are kept to look at.
            string[] samples = [.. Directory.GetFiles(Repository.Samples).Order(StringComparer.Ordinal).Select(file => Path.GetFileName(file))];
            using Photos photos = new((items + 20) * samples.Length / Kinds.Count, 500, 375);
            (string File, string Kind)[] all = [.. photos.Files.Select((file, i) => (file, samples[i % samples.Length]))];
            (string File, string Kind)[] newKind = [.. all.Where(photo => Kinds.ContainsKey(photo.Kind))];
            using Photos load = new(500, 500, 375);

            await using QueueService service = await QueueService.StartAsync(load.Folder, batchSize: 16, Path.Join(folder, "models"));
            TaskCompletionSource<object> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
            IBusControl bus = CreateBus(service.Broker, end);
            await bus.StartAsync();
            using Process trainer = StartTrainer(service.Broker, folder, ["Trainer:Triggers:AfterItems=" + items, .. settings]);
            try
            {
                Latencies latencies = new();
                using CancellationTokenSource enough = new();
                Task asking = service.AskSteadilyAsync(i => SwapBenchmark.Photo(load, i), rate, latencies.Add, enough.Token);
                await Task.Delay(TimeSpan.FromSeconds(10));
                latencies.Take();
                await Task.Delay(TimeSpan.FromSeconds(seconds));
                double[] normal = latencies.Take();
                Console.WriteLine($"{Environment.ProcessorCount} cores, {rate} requests/s of 500 x 375 pixels; seconds from request to answer:");
                Console.WriteLine($"before:            {Latencies.Describe(normal)}");

                for (int i = 0; i < items; i++)
                {
                    (string file, string kind) = newKind[i];
                    await bus.Publish(new CaptionFeedback
                    {
                        FeedbackId = $"{i}",
                        Image = $"data:image/jpeg;base64,{Convert.ToBase64String(await File.ReadAllBytesAsync(file))}",
                        Caption = Kinds[kind][i / Kinds.Count % Kinds[kind].Length],
                        Time = TimeProvider.System.GetUtcNow(),
                    });
                }

                long start = Stopwatch.GetTimestamp();
                object outcome = await end.Task;
                Console.WriteLine($"{outcome} after {Stopwatch.GetElapsedTime(start).TotalMinutes:F1} minutes");
                double[] training = latencies.Take();
                await Task.Delay(TimeSpan.FromSeconds(seconds));
                double[] swapping = latencies.Take();
                await enough.CancelAsync();
                await asking;
                Console.WriteLine($"while it trained:  {Latencies.Describe(training)}");
                Console.WriteLine($"swap and after it: {Latencies.Describe(swapping)}");
                Console.WriteLine($"longest / p99 before = {swapping.Max() / Latencies.Percentile(normal, 0.99):F2}, failures: {latencies.Failures}, changes of version: {latencies.Changes}");
            }
            finally
            {
                trainer.Kill();
                await trainer.WaitForExitAsync();
                await bus.StopAsync();
            }

            foreach (string version in versions.List())
            {
                await ShowAsync(versions[version], [.. newKind[items..].Take(6), .. all.Where(photo => !Kinds.ContainsKey(photo.Kind)).Take(3)]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IBusControl CreateBus(Uri broker, TaskCompletionSource<object> end) => Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(broker);
        rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint =>
        {
            endpoint.Handler<TrainingProgressed>(context => Console.Out.WriteLineAsync($"  {context.Message.Stage}, {context.Message.Fraction:P0}, loss {context.Message.Loss:F3}"));
            endpoint.Handler<TrainingRejected>(context => End(context.Message));
            endpoint.Handler<ModelPublished>(context => End(context.Message));
        });

        Task End(object message)
        {
            end.TrySetResult(message);
            return Task.CompletedTask;
        }
    });

    private static Process StartTrainer(Uri broker, string folder, IEnumerable<string> settings) => Process.Start(new ProcessStartInfo(
        CaptioningProgram.Dotnet,
        [
            Path.Join(AppContext.BaseDirectory, "captioning-trainer.dll"), "serve", "--broker", broker.ToString(), "--models", Path.Join(folder, "models"), "--model", Path.Join(folder, "models", "model"),
            "--captions", Repository.Shared("flickr8k", "captions.txt"), "--images", Repository.Shared("flickr8k", "images"), "--train", Repository.Shared("flickr8k", "train.txt"),
            "--dev", Repository.Shared("flickr8k", "dev.txt"), "--work", Path.Join(folder, "work"), "--urls", "http://127.0.0.1:0",
            .. settings.SelectMany(setting => new[] { "--set", setting }),
        ]))!;

    private static async Task ShowAsync(string bundle, IReadOnlyList<(string File, string Kind)> photos)
    {
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = bundle, Device = Device.Cpu });
        Console.WriteLine($"{engine.Manifest.Id} {engine.Manifest.Version}: dev CIDEr {engine.Manifest.Training?.Scores?.GetValueOrDefault("cider"):F4}");
        foreach ((string file, string kind) in photos)
        {
            Console.WriteLine($"  {kind}: {(await engine.CaptionAsync(ImageSource.FromFile(file), CaptionOptions.Default)).Best.Text}");
        }
    }
}
