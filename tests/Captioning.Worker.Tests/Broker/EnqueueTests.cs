using System.Text.Json;
using Captioning.Worker.Cli;
using Captioning.Worker.Output;
using Captioning.Worker.Tests.Cli;

namespace Captioning.Worker.Tests.Broker;

[Collection(BrokerGroup.Name)]
public sealed class EnqueueTests(RabbitMqFixture fixture) : IDisposable
{
    private static readonly string[] Photos = [.. Directory.GetFiles(Repository.Samples).Order(StringComparer.Ordinal)];
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    private string Output => _folder.Under("results.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Enqueue_Folder_PrintsAResultForEachPhotoInOrder()
    {
        Assert.Equal(ExitCode.Success, await EnqueueAsync(Repository.Samples, "--candidates", "2"));

        JsonElement[] results = Parse(_terminal.Output);
        Assert.Equal(Photos, results.Select(Name));
        Assert.All(results, result => Assert.Equal(2, result.GetProperty("candidates").GetArrayLength()));
        Assert.Contains($"{Photos.Length} images, 0 failures", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_MissingAndForbiddenFiles_AreFailures()
    {
        string forbidden = _folder.File("a.png");

        Assert.Equal(ExitCode.Failure, await EnqueueAsync(forbidden, Path.Join(Repository.Samples, "nothing.jpg"), Photos[0]));

        JsonElement[] results = Parse(_terminal.Output);
        Assert.Equal(["ForbiddenSource", "NotFound"], results[..2].Select(result => result.GetProperty("reason").GetString()));
        Assert.Equal(Photos[0], Name(results[2]));
    }

    [Fact]
    public async Task Enqueue_Inline_WorkerNeedsNoAccessToTheFiles()
    {
        string elsewhere = _folder.File("a.bmp", SmallImages.Bmp(9_200_000));

        Assert.Equal(ExitCode.Success, await EnqueueAsync(elsewhere, "--inline"));

        Assert.Equal(elsewhere, Name(Assert.Single(Parse(_terminal.Output))));
    }

    [Fact]
    public async Task Enqueue_AfterItWasStopped_GoesOn()
    {
        // Stopped after two photos, in the middle of writing a third, and before it had read the list to its end.
        Assert.Equal(ExitCode.Success, await EnqueueAsync(Photos[0], Photos[1], "--output", Output));
        string begun = await File.ReadAllTextAsync(Output);
        await File.AppendAllTextAsync(Output, """{"path":"half a li""");
        await File.AppendAllTextAsync(Output + JournaledResults.JournalExtension, "0123");

        Assert.Equal(ExitCode.Success, await EnqueueAsync([.. Photos, Photos[0], "--output", Output]));

        string all = await File.ReadAllTextAsync(Output);
        Assert.StartsWith(begun, all, StringComparison.Ordinal);
        Assert.Equal(Photos, Parse(all).Select(Name));
        Assert.Contains("2 results are there already.", _terminal.Errors, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, await EnqueueAsync([.. Photos, "--output", Output]));
        Assert.Equal(all, await File.ReadAllTextAsync(Output));
    }

    [Fact]
    public async Task Enqueue_StoppedWhileRequestsAreOnTheirWay_NextRunHasEachResultOnce()
    {
        const int Count = 300;
        string folder = Path.Join(fixture.PhotoFolder, "enqueue");
        Directory.CreateDirectory(folder);
        string[] photos = [.. Enumerable.Range(0, Count).Select(i => Path.Join(folder, $"{i:D4}.bmp"))];
        for (int i = 0; i < Count; i++)
        {
            await File.WriteAllBytesAsync(photos[i], SmallImages.Bmp(9_100_000 + i));
        }

        using CancellationTokenSource stop = new();
        Task<int> run = new CaptioningCli(_terminal.Terminal, TimeProvider.System).RunAsync(Arguments([folder, "--output", Output]), stop.Token);
        while (!run.IsCompleted && (!File.Exists(Output) || new FileInfo(Output).Length == 0))
        {
            await Task.Delay(10);
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await run.WaitAsync(RabbitMqFixture.Patience));
        int before = Parse(await File.ReadAllTextAsync(Output)).Length;
        Assert.InRange(before, 1, Count - 1);

        Assert.Equal(ExitCode.Success, await EnqueueAsync(folder, "--output", Output));

        Assert.Equal(photos, Parse(await File.ReadAllTextAsync(Output)).Select(Name).Order(StringComparer.Ordinal));
        Assert.Contains($"{Count - before} images, 0 failures", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_OtherOptionsThanBefore_SaysSo()
    {
        await EnqueueAsync(Photos[0], "--output", Output);

        Assert.Equal(ExitCode.Usage, await EnqueueAsync(Photos[0], "--output", Output, "--beam", "2"));

        Assert.Contains("of a run with other options", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_FileOfSomethingElse_IsLeftAlone()
    {
        string file = _folder.File("notes.jsonl", "mine"u8.ToArray());

        Assert.Equal(ExitCode.Usage, await EnqueueAsync(Photos[0], "--output", file));

        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Enqueue_NoBrokerThere_SaysSo()
    {
        Assert.Equal(
            ExitCode.Usage,
            await new CaptioningCli(_terminal.Terminal, TimeProvider.System).RunAsync(["enqueue", Photos[0], "--broker", "amqp://:secret@127.0.0.1:1/"]));

        Assert.Contains("The broker at 127.0.0.1:1 cannot be reached", _terminal.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_RequestsOfOthers_AreFollowed()
    {
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Broker);
        TestTerminal results = new();
        Task<int> following = new CaptioningCli(results.Terminal, TimeProvider.System).RunAsync(["results", "--count", "2", "--broker", fixture.Broker.ToString()]);
        while (!following.IsCompleted && !results.Errors.Contains("Following", StringComparison.Ordinal))
        {
            await Task.Delay(10);
        }

        await client.AskAsync("caption-image-json", new { requestId = Guid.NewGuid(), image = SmallImages.Uri(9_000_000) });
        await client.AskAsync("caption-image-json", new { requestId = "ä/2", image = "gopher://x" });

        Assert.Equal(ExitCode.Success, await following.WaitAsync(RabbitMqFixture.Patience));
        JsonElement[] lines = Parse(results.Output);
        Assert.Equal(2, lines.Length);
        Assert.True(lines[0].TryGetProperty("caption", out _));
        Assert.Equal(("ä/2", "ForbiddenSource"), (lines[1].GetProperty("requestId").GetString(), lines[1].GetProperty("reason").GetString()));
    }

    private static string Name(JsonElement result) => result.GetProperty("path").GetString()!;

    private static JsonElement[] Parse(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private string[] Arguments(string[] arguments) => ["enqueue", .. arguments, "--broker", fixture.Broker.ToString()];

    private Task<int> EnqueueAsync(params string[] arguments) =>
        new CaptioningCli(_terminal.Terminal, TimeProvider.System).RunAsync(Arguments(arguments)).WaitAsync(RabbitMqFixture.Patience);
}
