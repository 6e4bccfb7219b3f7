using Captioning.Inference.Models;
using Captioning.Worker.Cli;

namespace Captioning.Worker.Tests.Cli;

public sealed class CaptioningCliTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("caption", "Required argument 'path'")]
    [InlineData("caption a.jpg --beam 0", "--beam takes a number from 1 to 20, not '0'.")]
    [InlineData("caption a.jpg --beam wide", "--beam takes a number from 1 to 20, not 'wide'.")]
    [InlineData("caption a.jpg --candidates 21", "--candidates takes a number from 1 to 20, not '21'.")]
    [InlineData("caption a.jpg --batch-size -1", "--batch-size takes a number from 1 to 1024, not '-1'.")]
    [InlineData("caption a.jpg --device tpu", "--device takes auto, cpu, cuda or cuda:N, not 'tpu'.")]
    [InlineData("caption a.jpg --format xml", "'xml' not recognized")]
    [InlineData("caption a.jpg --voice joe", "--voice chooses how captions are spoken; add --speak.")]
    [InlineData("caption a.jpg --nonsense", "There is no option '--nonsense'")]
    [InlineData("nonsense", "nonsense")]
    public async Task RunAsync_WrongUsage_SaysSoAndExitsWith2(string arguments, string message)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(arguments.Split(' ')));
        Assert.Contains(message, _terminal.Errors, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output.Trim());
    }

    [Fact]
    public async Task RunAsync_Help_ShowsTheVerbs()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("--help"));
        Assert.Contains("caption <path>", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("serve", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("")]
    public async Task RunAsync_ServeWithWrongSettings_ListsAllOfThem(string verb)
    {
        string[] arguments = ["--device", "tpu", "--batch-size", "many", "--broker", "http://secret@host", "--set", "Captioning:Requests:Retries=11", "--set", "Captioning:Sorces=1"];

        Assert.Equal(ExitCode.Usage, await RunAsync(verb.Length == 0 ? arguments : [verb, .. arguments]));
        string[] problems =
        [
            "Captioning:Engine:MaxBatchSize",
            "Captioning:Sorces is no setting.",
            "Captioning:Broker: Uri is no address of a broker; it must look like amqp://host:5672/vhost or amqps://host:5671/vhost.",
            "Captioning:Engine: Device is 'tpu'; it must be auto, cpu, cuda or cuda:N.",
            "Captioning:Requests: Retries is 11; it must be from 0 to 10.",
        ];
        Assert.All(problems, problem => Assert.Contains(problem, _terminal.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NoModels_SaysWhereItLooked()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("caption", "a.jpg", "--models", _folder.Root));
        Assert.Equal(
            $"error: There is no model in '{_folder.Root}'. Give the folder of models with --models or CAPTIONING_MODELS, or a model's folder with --model.\n",
            _terminal.Errors);
    }

    [Fact]
    public async Task RunAsync_UnknownModel_NamesThoseThatAreThere()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("caption", "a.jpg", "--models", Repository.Models, "--model", "nope"));
        Assert.StartsWith(
            $"error: There is no model 'nope' in '{Repository.Models}', which has: ", _terminal.Errors, StringComparison.Ordinal);
        Assert.Contains("efficientnet-lite2-260-flickr8k", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_BrokenModel_ListsItsProblems()
    {
        _folder.File("broken/model.json", "{}"u8.ToArray());

        Assert.Equal(ExitCode.Usage, await RunAsync("caption", "a.jpg", "--models", _folder.Root));
        Assert.StartsWith($"error: The model in '{_folder.Under("broken")}' cannot be loaded: ", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_UnknownVoice_SaysWhichThereAre()
    {
        Assert.Equal(
            ExitCode.Usage,
            await RunAsync("caption", "a.jpg", "--models", Repository.Models, "--voices", Repository.Voices, "--speak", "--voice", "nope", "--output", _folder.Root));
        Assert.Contains("There is no voice 'nope'", _terminal.Errors, StringComparison.Ordinal);
        Assert.Contains("en_US-joe-medium", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OutputIsAFile_SaysSo()
    {
        string file = _folder.File("taken");

        Assert.Equal(ExitCode.Usage, await RunAsync("caption", "a.jpg", "--models", Repository.Models, "--output", file));
        Assert.StartsWith("error: The folder of --output cannot be written to: ", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SamplesAndADamagedPhoto_CaptionsTheSamples()
    {
        string output = _folder.Under("out");
        string empty = _folder.File("empty.jpg", []);

        int exitCode = await RunAsync("caption", Repository.Samples, empty, "--models", Repository.Models, "--output", output, "--format", "text");

        Assert.Equal(ExitCode.Failure, exitCode);
        string[] lines = _terminal.Output.TrimEnd('\n').Split('\n');
        string[] names = ["astronaut.png", "chelsea.png", "coffee.png", "grace_hopper.jpg", "rocket.jpg"];
        Assert.Equal(names.Select(name => Path.Join(Repository.Samples, name)), lines.Select(line => line.Split('\t')[0]));
        foreach (string line in lines)
        {
            string text = Path.Join(output, Path.ChangeExtension(Path.GetFileName(line.Split('\t')[0]), ".txt"));
            Assert.Equal(line.Split('\t')[1] + '\n', await File.ReadAllTextAsync(text));
        }

        Assert.Contains(empty, _terminal.Errors, StringComparison.Ordinal);
        Assert.EndsWith(" images/s\n", _terminal.Errors, StringComparison.Ordinal);
        Assert.Equal(6, (await File.ReadAllLinesAsync(Path.Join(output, "captions.jsonl"))).Length);
    }

    [Fact]
    public async Task RunAsync_Speak_WritesTheSpeechBesideTheText()
    {
        int exitCode = await RunAsync(
            "caption", Path.Join(Repository.Samples, "rocket.jpg"), "--models", Repository.Models, "--voices", Repository.Voices, "--speak", "--output", _folder.Root);

        Assert.Equal(ExitCode.Success, exitCode);
        string wav = _folder.Under("rocket.wav");
        byte[] bytes = await File.ReadAllBytesAsync(wav);
        Assert.Equal("RIFF"u8, bytes.AsSpan(0, 4));
        Assert.Equal(bytes.Length - 8, BitConverter.ToInt32(bytes, 4));
        Assert.Equal(
            [_folder.Under("captions.jsonl"), _folder.Under("rocket.txt"), wav], Directory.GetFiles(_folder.Root).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RunAsync_ModelsVerify_ChecksEveryFile()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("models", "verify", "--models", Repository.Models));
        Assert.Contains($"efficientnet-lite2-260-flickr8k {Repository.ModelVersion}: ok, ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ModelsVerifyDamaged_SaysWhatIsWrong()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Join(Repository.Models, "efficientnet-lite2-260-flickr8k")))
        {
            _folder.File(Path.Join("m", Path.GetFileName(file)), await File.ReadAllBytesAsync(file));
        }

        _folder.File("m/vocabulary.txt", "a\n"u8.ToArray());

        Assert.Equal(ExitCode.Failure, await RunAsync("models", "verify", "--models", _folder.Root));
        Assert.Contains("vocabulary.txt has 2 bytes", _terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ModelsList_ShowsIdsWhole()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("models", "--models", Repository.Models));
        Assert.Contains("efficientnet-lite2-260-flickr8k", _terminal.Tables, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ModelsRollback_EarlierVersionServes()
    {
        TinyModel.Write(_folder.Under("tiny"), "1.0.0");
        ModelVersions versions = new(_folder.Under("tiny"));
        versions.Publish(TinyModel.Write(_folder.Under("staged"), "1.0.1"), keep: 1);

        Assert.Equal(ExitCode.Success, await RunAsync("models", "rollback", "tiny", "--models", _folder.Root));

        Assert.Equal(_folder.Under("tiny"), versions.Current());
        Assert.Equal("tiny 1.0.0 serves instead of 1.0.1.\n", _terminal.Output);
        Assert.Equal(ExitCode.Usage, await RunAsync("models", "rollback", "tiny", "--models", _folder.Root));
        Assert.Equal(ExitCode.Success, await RunAsync("models", "rollback", "tiny", "1.0.1", "--models", _folder.Root));
        Assert.Equal(_folder.Under("tiny", "1.0.1"), versions.Current());
    }

    private Task<int> RunAsync(params string[] arguments) => new CaptioningCli(_terminal.Terminal, TimeProvider.System).RunAsync(arguments);
}
