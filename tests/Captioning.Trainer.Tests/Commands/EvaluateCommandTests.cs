using System.Text.Json;
using Captioning.Trainer.Commands;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _output = new();
    private readonly TestConsole _messages = new TestConsole().Width(1_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluate_HypothesisFile_TableAndResults()
    {
        string captions = _folder.Write("captions.txt", "a.jpg#0\tA red kite over the sea\nb.jpg#0\tOne lamp on a wooden desk\nc.jpg#0\tA sea\n");
        string dev = _folder.Write("dev.txt", "a.jpg\nb.jpg\n");
        string train = _folder.Write("train.txt", "c.jpg\n");
        string hypotheses = _folder.Write("given.json", """{"/photos/a.jpg": "A red kite over the sea.", "b.jpg": "A sea!", "z.jpg": "x"}""");

        int code = await InvokeAsync("--captions", captions, "--split", dev, "--train", train, "--hypotheses", hypotheses, "--output", _folder["out.json"]);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("1 captions of other images are ignored.", _messages.Output, StringComparison.Ordinal);
        Assert.Contains("CIDEr-D", _output.Output, StringComparison.Ordinal);
        Assert.Contains("50.0%", _output.Output, StringComparison.Ordinal);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(_folder["out.json"]));
        Assert.Equal(2, results.RootElement.GetProperty("scores").GetProperty("images").GetInt32());
        JsonElement first = results.RootElement.GetProperty("captions")[0];
        Assert.Equal("a.jpg", first.GetProperty("image").GetString());
        Assert.Equal("A red kite over the sea.", first.GetProperty("caption").GetString());
        Assert.Equal(10, first.GetProperty("cider").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Evaluate_Limit_ScoresTheFirstImages()
    {
        string captions = _folder.Write("captions.txt", "a.jpg#0\tA kite\nb.jpg#0\tA lamp\n");

        int code = await InvokeAsync("-c", captions, "-n", "1", "--hypotheses", _folder.Write("given.json", """{"a.jpg": "A kite"}"""), "-o", _folder["out.json"]);

        Assert.Equal(ExitCode.Success, code);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(_folder["out.json"]));
        Assert.Equal(1, results.RootElement.GetProperty("scores").GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Evaluate_ImageWithoutHypothesis_UsageErrorNamesIt()
    {
        string captions = _folder.Write("captions.txt", "a.jpg#0\tA kite\nb.jpg#0\tA lamp\n");

        int code = await InvokeAsync("-c", captions, "--hypotheses", _folder.Write("given.json", """{"a.jpg": "A kite"}"""));

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("error: 1 image with reference captions but no caption to score: b.jpg", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_MissingFile_UsageError()
    {
        Assert.Equal(ExitCode.Usage, await InvokeAsync("-c", _folder["none.txt"], "--hypotheses", _folder["none.json"]));
        Assert.Contains("none.txt cannot be read", _messages.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--captions", "x", "--hypotheses", "y", "--limit", "0")]
    [InlineData("--captions", "x", "--hypotheses", "y", "--unknown")]
    public async Task Evaluate_WrongCommandLine_UsageError(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, await InvokeAsync(arguments));

    [Theory]
    [Trait("Needs", "shared")]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("5")]
    public async Task Evaluate_CaptionsOfTheReferenceDecoder_ItsScores(string beam)
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.File("decoder-reference", "captions.json")));
        JsonElement of = reference.RootElement.GetProperty("beam").GetProperty(beam);
        string hypotheses = _folder.Write("given.json", of.GetProperty("captions").GetRawText());

        int code = await InvokeAsync(
            "--captions", SharedFolder.File("flickr8k", "captions.txt"), "--split", SharedFolder.File("flickr8k", "dev.txt"),
            "--hypotheses", hypotheses, "--output", _folder["out.json"]);

        Assert.Equal(ExitCode.Success, code);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(_folder["out.json"]));
        JsonElement actual = results.RootElement.GetProperty("scores");
        JsonElement expected = of.GetProperty("scores");
        Assert.All(
            new Dictionary<string, string>
            {
                ["images"] = "images", ["bleu1"] = "bleu1", ["bleu2"] = "bleu2", ["bleu3"] = "bleu3", ["bleu4"] = "bleu4", ["rougeL"] = "rougeL",
                ["cider"] = "cider", ["words_used"] = "wordsUsed", ["distinct_captions"] = "distinctCaptions",
            },
            name => Assert.Equal(expected.GetProperty(name.Key).GetDouble(), actual.GetProperty(name.Value).GetDouble(), 1e-4));
    }

    private Task<int> InvokeAsync(params string[] arguments) =>
        TrainerCommand.InvokeAsync(["evaluate", .. arguments], _output, _messages, isTerminal: false, new FakeTimeProvider());
}
