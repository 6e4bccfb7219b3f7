using System.Text.Json;
using Captioning.Trainer.Commands;
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
    [InlineData("--captions", "x")]
    [InlineData("--captions", "x", "--hypotheses", "y", "--model", "z", "--images", "i")]
    [InlineData("--captions", "x", "--model", "z")]
    [InlineData("--captions", "x", "--model", "z", "--images", "i", "--beam", "21")]
    [InlineData("--captions", "x", "--model", "z", "--images", "i", "--device", "abacus")]
    public async Task Evaluate_WrongCommandLine_UsageError(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, await InvokeAsync(arguments));

    [Fact]
    public async Task Evaluate_NoFolderForResults_UsageErrorBeforeAnyWork()
    {
        string output = Path.Combine(_folder["none"], "out.json");

        Assert.Equal(ExitCode.Usage, await InvokeAsync("-c", "none", "--hypotheses", "none", "-o", output));
        Assert.Contains($"no folder {_folder["none"]}", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoModel_UsageErrorNamesTheFolder()
    {
        string captions = _folder.Write("captions.txt", "a.jpg#0\tA kite\n");

        Assert.Equal(ExitCode.Usage, await InvokeAsync("-c", captions, "--model", _folder["none"], "--images", _folder.Path));
        Assert.Contains(_folder["none"], _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoFolderOfImages_UsageErrorNamesIt()
    {
        string captions = _folder.Write("captions.txt", "a.jpg#0\tA kite\n");

        Assert.Equal(ExitCode.Usage, await InvokeAsync("-c", captions, "--model", Repository.Model, "--images", _folder["none"]));
        Assert.Contains(_folder["none"], _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ModelAndSamples_CaptionsThemAndListsWhatFails()
    {
        string captions = _folder.Write("captions.txt", "coffee.png#0\tA cup of coffee\nmissing.png#0\tNothing\nrocket.jpg#0\tA rocket\n");

        int code = await InvokeAsync(
            "-c", captions, "--model", Repository.Model, "--images", Repository.Samples, "--device", "cpu", "--beam", "1", "-o", _folder["out.json"]);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("missing.png", _messages.Output, StringComparison.Ordinal);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(_folder["out.json"]));
        JsonElement[] captioned = [.. results.RootElement.GetProperty("captions").EnumerateArray()];
        Assert.Equal(["coffee.png", "rocket.jpg"], captioned.Select(caption => caption.GetProperty("image").GetString()));
        Assert.All(captioned, caption => Assert.Matches("^[a-z]+( [a-z']+)+$", caption.GetProperty("caption").GetString()));
        Assert.True(results.RootElement.TryGetProperty("imagesPerSecond", out _));
    }

    [Fact]
    public async Task Evaluate_Page_HoldsScoresPhotosAndCaptionsInOneFile()
    {
        string captions = _folder.Write("captions.txt", "coffee.png#0\tA cup of </script><b>coffee\nrocket.jpg#0\tA rocket\nsecret.jpg#0\tA door\n");
        string hypotheses = _folder.Write("given.json", """{"coffee.png": "a cup of coffee", "rocket.jpg": "a dog", "secret.jpg": "a door"}""");

        int code = await InvokeAsync("-c", captions, "--hypotheses", hypotheses, "--images", Repository.Samples, "--page", _folder["page.html"]);

        Assert.Equal(ExitCode.Success, code);
        string page = await File.ReadAllTextAsync(_folder["page.html"]);
        Assert.DoesNotContain("</script><b>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"[^\"]", page);
        string data = page.Split("id=\"data\">")[1].Split("</script>")[0];
        using JsonDocument json = JsonDocument.Parse(data);
        Assert.Equal("given.json", json.RootElement.GetProperty("title").GetProperty("scored").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("scores").GetProperty("images").GetInt32());
        JsonElement[] shown = [.. json.RootElement.GetProperty("best").EnumerateArray()];
        Assert.Equal(["secret.jpg", "coffee.png", "rocket.jpg"], shown.Select(image => image.GetProperty("name").GetString()));
        Assert.Equal("A cup of </script><b>coffee", shown[1].GetProperty("references")[0].GetString());
        Assert.StartsWith("data:image/jpeg;base64,/9j/", shown[1].GetProperty("photo").GetString(), StringComparison.Ordinal);
        // There is no such file: the rest of the page is there all the same.
        Assert.False(shown[0].TryGetProperty("photo", out _));
    }

    [Theory]
    [Trait("Needs", "shared")]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("5")]
    public async Task Evaluate_CaptionsOfTheReferenceDecoder_ItsScores(string beam)
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(Repository.Shared("decoder-reference", "captions.json")));
        JsonElement of = reference.RootElement.GetProperty("beam").GetProperty(beam);
        string hypotheses = _folder.Write("given.json", of.GetProperty("captions").GetRawText());

        int code = await InvokeAsync(
            "--captions", Repository.Shared("flickr8k", "captions.txt"), "--split", Repository.Shared("flickr8k", "dev.txt"),
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
        TrainerCommand.InvokeAsync(["evaluate", .. arguments], _output, _messages, isTerminal: false, TimeProvider.System);
}
