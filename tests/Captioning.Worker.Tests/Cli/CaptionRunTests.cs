using System.Collections.Concurrent;
using Captioning.Contracts;
using Captioning.Worker.Cli;
using Captioning.Worker.Inputs;
using Captioning.Worker.Output;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Cli;

public sealed class CaptionRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<CaptionImage> _requests = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_AllCaptioned_SucceedsAndSumsUp()
    {
        TestTerminal terminal = new();

        int exitCode = await RunAsync(Text("a.jpg", "b.jpg"), terminal, (path, _) =>
        {
            _time.Advance(TimeSpan.FromSeconds(path == "a.jpg" ? 2 : 0));
            return Task.FromResult(Results.Captioned(path));
        });

        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Equal("a.jpg\tA dog runs.\nb.jpg\tA dog runs.\n", terminal.Output);
        Assert.Equal("2 images, 0 failures, 1.0 images/s\n", terminal.Errors);
    }

    [Fact]
    public async Task RunAsync_SomeFail_TellsEachReasonAndExitsWithFailure()
    {
        TestTerminal terminal = new();
        string pattern = _folder.Under("*.png");

        int exitCode = await RunAsync(Text("a.jpg", "b.jpg", pattern) with { Format = OutputFormat.JsonLines }, terminal, (path, _) =>
            Task.FromResult(path == "b.jpg" ? Results.Failed(path, FailureReason.TooLarge, "'b.jpg' is too large.") : Results.Captioned(path)));

        Assert.Equal(ExitCode.Failure, exitCode);
        string[] lines = terminal.Output.Split('\n');
        Assert.StartsWith("""{"path":"a.jpg","caption":""", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"path":"b.jpg","error":"'b.jpg' is too large.","reason":"TooLarge"}""", lines[1]);
        Assert.Equal($$"""{"path":"{{pattern}}","error":"No file matches '{{pattern}}'.","reason":"NotFound"}""", lines[2]);
        Assert.Equal(
            $"error: 'b.jpg' is too large. [TooLarge]\nerror: No file matches '{pattern}'. [NotFound]\n1 image, 2 failures, 0.0 images/s\n", terminal.Errors);
    }

    [Fact]
    public async Task RunAsync_ListOnStandardInput_IsRead()
    {
        TestTerminal terminal = new("a\nb.jpg\0c.jpg\0");

        await RunAsync(Text("-") with { NulSeparated = true }, terminal, (path, _) => Task.FromResult(Results.Captioned(path)));

        Assert.Equal("a\nb.jpg\tA dog runs.\nc.jpg\tA dog runs.\n", terminal.Output);
    }

    [Fact]
    public async Task RunAsync_Options_GoIntoTheRequest()
    {
        CaptionSettings settings = Text("ä b.jpg") with { Beam = 5, Candidates = 2, Speak = true, Voice = "joe", OutputFolder = _folder.Root };

        await RunAsync(settings, new TestTerminal(), (path, _) => Task.FromResult(Results.Captioned(path)));

        CaptionImage request = Assert.Single(_requests);
        Assert.Equal(FileUri.FromPath("ä b.jpg"), request.Image);
        Assert.Equal((5, 2, CaptionPriority.Bulk), (request.Beam, request.Candidates, request.Priority));
        Assert.Equal(new SpeakOptions { Destination = FileUri.FromPath(_folder.Under("ä b.wav")), Voice = "joe" }, request.Speak);
    }

    [Fact]
    public async Task RunAsync_SpeakWithoutOutput_SpeaksIntoTheCurrentFolder()
    {
        await RunAsync(Text("/elsewhere/a.jpg") with { Speak = true }, new TestTerminal(), (path, _) => Task.FromResult(Results.Captioned(path)));

        Assert.Equal(FileUri.FromPath("a.wav"), Assert.Single(_requests).Speak?.Destination);
    }

    [Fact]
    public async Task RunAsync_OutputFolder_GetsTextsAndIndex()
    {
        _folder.File("photos/a.jpg");
        _folder.File("photos/s/a.jpg");
        _folder.File("photos/s/b.jpg");
        string output = _folder.Under("out");

        await RunAsync(Text(_folder.Under("photos")) with { OutputFolder = output }, new TestTerminal(), (path, _) =>
            Task.FromResult(path.EndsWith("b.jpg", StringComparison.Ordinal) ? Results.Failed(path) : Results.Captioned(path, $"A {path}.")));

        Assert.Equal($"A {_folder.Under("photos/a.jpg")}.\n", File.ReadAllText(Path.Join(output, "a.txt")));
        Assert.Equal($"A {_folder.Under("photos/s/a.jpg")}.\n", File.ReadAllText(Path.Join(output, "s", "a.txt")));
        Assert.False(File.Exists(Path.Join(output, "s", "b.txt")));
        string[] index = File.ReadAllLines(Path.Join(output, "captions.jsonl"));
        Assert.Equal(3, index.Length);
        Assert.Contains("\"reason\":\"Unreadable\"", index[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TextCannotBeWritten_FailsThatImageAlone()
    {
        Directory.CreateDirectory(_folder.Under("a.txt"));
        TestTerminal terminal = new();

        int exitCode = await RunAsync(
            Text("a.jpg", "b.jpg") with { OutputFolder = _folder.Root }, terminal, (path, _) => Task.FromResult(Results.Captioned(path)));

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.StartsWith("error: The caption of 'a.jpg' cannot be written: ", terminal.Errors, StringComparison.Ordinal);
        Assert.Equal("b.jpg\tA dog runs.\n", terminal.Output);
    }

    [Fact]
    public async Task RunAsync_SpeechFails_KeepsTheCaptionAndExitsWithFailure()
    {
        TestTerminal terminal = new();

        int exitCode = await RunAsync(Text("a.jpg") with { Speak = true }, terminal, (path, _) =>
            Task.FromResult(Results.Captioned(path, speechError: "The disk is full.")));

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.Equal("a.jpg\tA dog runs.\n", terminal.Output);
        Assert.Equal("error: The caption of 'a.jpg' could not be spoken: The disk is full.\n1 image, 0 failures, 1 not spoken, 0.0 images/s\n", terminal.Errors);
    }

    [Fact]
    public async Task RunAsync_Cancelled_KeepsWhatIsDone()
    {
        using CancellationTokenSource cancellation = new();
        TestTerminal terminal = new();
        TaskCompletionSource<CaptionResult> never = new();

        int exitCode = await RunAsync(
            Text("a.jpg", "b.jpg", "c.jpg"),
            terminal,
            (path, _) =>
            {
                if (path == "b.jpg")
                {
                    cancellation.Cancel();
                    return never.Task;
                }

                return Task.FromResult(Results.Captioned(path));
            },
            cancellation.Token);

        Assert.Equal(ExitCode.Interrupted, exitCode);
        Assert.StartsWith("a.jpg\tA dog runs.\n", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("b.jpg", terminal.Output, StringComparison.Ordinal);
        Assert.StartsWith("Interrupted: ", terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LongRunWithoutTerminal_TellsNowAndThen()
    {
        TestTerminal terminal = new();

        await RunAsync(Text([.. Enumerable.Range(0, 25).Select(i => $"{i}.jpg")]), terminal, (path, _) =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Results.Captioned(path));
        });

        Assert.Contains(" images, 0 failures, ", terminal.Errors, StringComparison.Ordinal);
        Assert.InRange(terminal.Errors.Split("so far").Length - 1, 1, 3);
    }

    private static CaptionSettings Text(params string[] paths) =>
        new() { Paths = paths, Format = OutputFormat.Text, ModelPath = "unused", VoiceFolder = "unused" };

    private async Task<int> RunAsync(
        CaptionSettings settings,
        TestTerminal terminal,
        Func<string, CaptionImage, Task<CaptionResult>> answer,
        CancellationToken cancellationToken = default)
    {
        using OutputFolder? folder = settings.OutputFolder is { } output ? new OutputFolder(output) : null;
        return await new CaptionRun(settings, terminal.Terminal, _time).RunAsync(
            (path, request) =>
            {
                _requests.Enqueue(request);
                return answer(path, request);
            },
            window: 4,
            folder,
            cancellationToken);
    }
}
