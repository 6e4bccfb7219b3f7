using System.Text.Json;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Data;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Commands;

public sealed class CaptionRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _output = new();
    private readonly TestConsole _messages = new TestConsole().Width(1_000);
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_ManyImages_OutcomesInOrder(bool isTerminal)
    {
        string[] names = [.. Enumerable.Range(0, 25).Select(i => $"{i}.jpg")];
        Captioner captioner = new(path => new ImageOutcome(path, null), _time);

        (ImageOutcome[] outcomes, TimeSpan elapsed) = await new CaptionRun(captioner, _messages, isTerminal, _time).RunAsync(names, "photos", default);

        Assert.Equal(names.Select(name => Path.Combine("photos", name)), outcomes.Select(outcome => outcome.Caption));
        Assert.Equal(TimeSpan.FromSeconds(25), elapsed);
    }

    [Fact]
    public async Task RunAsync_NoTerminal_LineForEachTenth()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"{i}.jpg")];

        await new CaptionRun(new Captioner(_ => new ImageOutcome("x", null), _time), _messages, isTerminal: false, _time).RunAsync(names, "photos", default);

        Assert.Equal(10, _messages.Lines.Count);
        Assert.Equal("20 of 20 images, 1.0 images/s", _messages.Lines[^1]);
    }

    [Fact]
    public async Task ScoreModelAsync_ImageFails_OthersAreScored()
    {
        string captions = _folder.Write("captions.txt", "a.jpg#0\tA red kite here\nb.jpg#0\tA lamp\nc.jpg#0\tOne wooden desk there\n");
        EvaluateSettings settings = new() { Captions = captions, Output = _folder["out.json"] };
        Evaluator evaluator = new(_output, _messages, isTerminal: false, _time);
        Captioner captioner = new(
            path => Path.GetFileName(path) switch
            {
                "a.jpg" => new ImageOutcome("a red kite here", null),
                "b.jpg" => new ImageOutcome(null, "it is not an image"),
                _ => new ImageOutcome("one wooden desk there", null),
            },
            _time);

        int code = await evaluator.ScoreModelAsync(settings, evaluator.ReadDataset(settings), "photos", captioner, default);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("failed: b.jpg: it is not an image", _messages.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 3 images failed", _messages.Output, StringComparison.Ordinal);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(_folder["out.json"]));
        Assert.Equal(2, results.RootElement.GetProperty("scores").GetProperty("images").GetInt32());
        Assert.Equal(10, results.RootElement.GetProperty("scores").GetProperty("cider").GetDouble(), 1e-6);
        Assert.Equal("b.jpg", results.RootElement.GetProperty("failures")[0].GetProperty("image").GetString());
        Assert.Equal(2 / 3.0, results.RootElement.GetProperty("imagesPerSecond").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task ScoreModelAsync_EveryImageFails_SaysSo()
    {
        EvaluateSettings settings = new() { Captions = _folder.Write("captions.txt", "a.jpg#0\tA kite\n") };
        Evaluator evaluator = new(_output, _messages, isTerminal: false, _time);
        Captioner captioner = new(_ => new ImageOutcome(null, "it is not an image"), _time);

        Assert.Equal(ExitCode.Failure, await evaluator.ScoreModelAsync(settings, evaluator.ReadDataset(settings), "photos", captioner, default));
        Assert.Contains("1 of 1 images failed", _messages.Output, StringComparison.Ordinal);
    }

    /// <summary>Takes a second for each image, one at a time.</summary>
    private sealed class Captioner(Func<string, ImageOutcome> caption, FakeTimeProvider time) : IImageCaptioner
    {
        public int Concurrency => 1;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<ImageOutcome> CaptionAsync(string path, CancellationToken cancellationToken)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(caption(path));
        }
    }
}
