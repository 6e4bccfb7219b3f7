using System.Text.Json;
using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Training;
using ImageMagick;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Commands;

[Collection("torch")]
public sealed class TrainCommandTests : IDisposable
{
    private readonly SyntheticData _data = new();
    private readonly TestConsole _output = new();
    private readonly TestConsole _messages = new TestConsole().Width(1_000);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Train_SmallData_LearnsItAndWritesAModelThatTheEngineServes()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 100, "--id", "colours", "--patience", "100")));

        JsonElement[] log = Log("run");
        Assert.Equal(Enumerable.Range(1, 100), log.Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.True(log[^1].GetProperty("loss").GetDouble() < log[0].GetProperty("loss").GetDouble() / 2);
        using (MagickImage curves = new(_data["run/curves.png"]))
        {
            // A picture with lines in several colours, not an empty sheet.
            Assert.InRange(curves.TotalColors, 50u, uint.MaxValue);
        }

        double best = log.Max(line => line.GetProperty("scores").GetProperty("cider").GetDouble());
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = _data["run/last"], Device = Inference.Runtime.Device.Cpu });
        Assert.Equal("colours", engine.Manifest.Id);
        Assert.Equal(best, ModelManifest.Read(_data["run/best"]).Training!.Scores!["cider"], 1e-4);
        List<string> wrong = [];
        foreach (string name in File.ReadLines(_data.Train))
        {
            CaptionedImage captioned = await engine.CaptionAsync(ImageSource.FromFile(_data[name]), new CaptionOptions());
            if (!SyntheticData.CaptionsOf(name).Contains(captioned.Best.Text))
            {
                wrong.Add($"{name}: {captioned.Best.Text}");
            }
        }

        Assert.Equal([], wrong);
    }

    [Fact]
    public async Task Train_SameSeed_SameModel()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 2)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 2)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["c"], 2, "--seed", "2")));

        Assert.Equal(Weights("a"), Weights("b"));
        Assert.NotEqual(Weights("a"), Weights("c"));
        Assert.Equal(ModelManifest.Read(_data["a/best"]).Files["decoder_step.onnx"], ModelManifest.Read(_data["b/best"]).Files["decoder_step.onnx"]);
    }

    [Theory]
    [InlineData("KILL", 137, false)]
    [InlineData("TERM", ExitCode.Interrupted, false)]
    [InlineData("KILL", 137, true)]
    public async Task Train_EndedInMidEpochAndResumed_SameModelAsUninterrupted(string signal, int exitCode, bool isSelfCritical)
    {
        string[] options = ["--checkpoint-steps", "1", "--average", "0.9", "--views", "2", "--patience", "100"];
        if (isSelfCritical)
        {
            Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["start"], 4)));
            options = [.. options, .. FromStart, "--self-critical", "--cross-entropy-weight", "0.1"];
        }

        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["whole"], 8, options)));

        // 4 steps an epoch and a checkpoint at its end, and one before the first step of a second stage: the 12th or 13th is in mid-epoch.
        Assert.Equal(exitCode, await InterruptedTraining.RunAsync(_data.TrainArguments(_data["killed"], 8, options), _data["killed"], isSelfCritical ? 13 : 12, signal));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["killed"], 8, [.. options, "--resume"])));
        Assert.Equal(Weights("whole"), Weights("killed"));
        Assert.Equal(isSelfCritical ? 9 : 8, File.ReadLines(_data["killed/log.jsonl"]).Count());
    }

    [Theory]
    [InlineData("samples")]
    [InlineData("greedy")]
    public async Task Train_SelfCritical_RewardRisesFromThatOfTheModelItBeganWith(string baseline)
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["start"], 8)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(
            _data["run"], 15, [.. FromStart, "--self-critical", "--baseline", baseline, "--learning-rate", "0.003", "--patience", "100"])));

        JsonElement[] log = Log("run");
        Assert.Equal(Enumerable.Range(0, 16), log.Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.False(log[0].TryGetProperty("loss", out _));
        Assert.Equal(ModelManifest.Read(_data["start/best"]).Training!.Scores!["cider"], log[0].GetProperty("scores").GetProperty("cider").GetDouble(), 1e-4);
        double[] rewards = [.. log[1..].Select(line => line.GetProperty("reward").GetDouble())];
        Assert.True(rewards[^1] > 1.5 * rewards[0], string.Join(' ', rewards));
        Assert.True(log[^1].GetProperty("scores").GetProperty("cider").GetDouble() > log[0].GetProperty("scores").GetProperty("cider").GetDouble());
        Assert.Contains("reward", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FromABundle_GoesOnWithItsVocabularyAndEncoder()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["start"], 6)));
        string[] otherWords = [.. File.ReadLines(_data.Captions).Select(line => line.Replace("shape", "thing", StringComparison.Ordinal))];
        File.WriteAllLines(_data.Captions, otherWords);

        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 4, "--from", _data["start/best"], "--learning-rate", "0.001")));

        JsonElement[] before = Log("start");
        JsonElement[] after = Log("run");
        Assert.Equal(File.ReadAllText(_data["start/best/vocabulary.txt"]), File.ReadAllText(_data["run/best/vocabulary.txt"]));
        Assert.True(after[1].GetProperty("loss").GetDouble() < before[0].GetProperty("loss").GetDouble());
        Assert.Contains($"goes on from captioner 1.0.0 in {_data["start/best"]}", _messages.Output, StringComparison.Ordinal);
        Assert.Equal(
            ModelManifest.Read(_data["start/best"]).Files["encoder.onnx"].Sha256, ModelManifest.Read(_data["run/best"]).Files["encoder.onnx"].Sha256);
    }

    [Fact]
    public async Task Train_WithTeachers_LearnsFromThemInTheirWords()
    {
        string[] patience = ["--patience", "100"];
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 60, patience)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 60, [.. patience, "--seed", "2"])));

        // The captions themselves count for nothing here.
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 60, [.. patience, "--teachers", _data["a"], _data["b/best"], "--teacher-weight", "1"])));

        Assert.Equal(File.ReadAllText(_data["a/best/vocabulary.txt"]), File.ReadAllText(_data["run/best/vocabulary.txt"]));
        double teacher = Best("a");
        Assert.InRange(teacher, 0.5, 10);
        Assert.InRange(Best("run"), 0.8 * teacher, 10);
    }

    [Fact]
    public async Task Train_TeacherOfOtherWords_ErrorSaysSo()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 1)));
        string captions = File.ReadAllText(_data.Captions);
        File.WriteAllText(_data.Captions, captions.Replace("shape", "thing", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 1)));
        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1, "--teachers", _data["a"], _data["b"])));
        Assert.Contains($"The teacher in {_data["b"]} knows", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Merge_LearnsAndWritesAModelThatTheEngineServes()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(
            _data["run"], 100, "--model", "merge", "--words", "plain", "--beam", "1", "--patience", "100", "--label-smoothing", "0")));

        JsonElement[] log = Log("run");
        Assert.True(log[^1].GetProperty("loss").GetDouble() < log[0].GetProperty("loss").GetDouble() / 3);
        Assert.DoesNotContain("a", File.ReadLines(_data["run/best/vocabulary.txt"]));
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = _data["run/last"], Device = Inference.Runtime.Device.Cpu });
        Assert.Equal(("merge", 1), (engine.Manifest.Architecture, engine.Manifest.Beam.Width));
        int right = 0;
        foreach (string name in File.ReadLines(_data.Train))
        {
            CaptionedImage captioned = await engine.CaptionAsync(ImageSource.FromFile(_data[name]), new CaptionOptions());
            string caption = string.Join(' ', captioned.Best.Tokens.Select(token => token.Text));
            right += SyntheticData.CaptionsOf(name).Any(known => string.Join(' ', PlainWords.Split(known)) == caption) ? 1 : 0;
        }

        Assert.InRange(right, 20, 30);
    }

    [Fact]
    public async Task Train_MergeFromARunOnRewards_GoesOn()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["start"], 8, "--model", "merge")));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 8, [.. FromStart, "--self-critical", "--learning-rate", "0.01", "--patience", "100"])));

        JsonElement[] log = Log("run");
        Assert.Equal("merge", ModelManifest.Read(_data["run/best"]).Architecture);
        Assert.True(log[^1].GetProperty("reward").GetDouble() > log[1].GetProperty("reward").GetDouble());
    }

    [Fact]
    public async Task Train_TeacherOfAnotherKind_ErrorSaysSo()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 1, "--model", "merge")));
        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1, "--teachers", _data["a"])));
        Assert.Contains("a model of the kind 'merge'", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FromNoModel_ErrorNamesIt()
    {
        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1, "--from", _data["cache"])));
        Assert.Contains($"{_data["cache"]} is neither", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_AgainWithoutResume_Refused()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 1)));
        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1)));
        Assert.Contains("--resume", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_MissingImage_Named()
    {
        File.Delete(_data["red-blue.png"]);

        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1)));
        Assert.Contains("1 training images missing", _messages.Output, StringComparison.Ordinal);
        Assert.Contains("red-blue.png", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_DevImageUnderAnotherNameInTraining_Refused()
    {
        File.Copy(_data["red-white.png"], _data["red-blue.png"], overwrite: true);

        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1)));
        Assert.Contains("red-white.png (as red-blue.png)", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ImageThatIsNone_ErrorNamesIt()
    {
        _data.Write("red-blue.png", "no picture");

        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1)));
        Assert.Contains("red-blue.png", _messages.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--heads", "5")]
    [InlineData("--batch", "0")]
    [InlineData("--dropout", "1")]
    [InlineData("--learning-rate", "fast")]
    [InlineData("--learning-rate", "2")]
    [InlineData("--samples", "3")]
    [InlineData("--self-critical", "true")]
    [InlineData("--temperature", "2")]
    [InlineData("--model", "transformer")]
    [InlineData("--hidden", "4")]
    public async Task Train_WrongOption_UsageError(string option, string value) =>
        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1, option, value)));

    [Fact]
    public async Task Features_Twice_SecondTimeNothingToDo()
    {
        string[] arguments = ["features", "-c", _data.Captions, "-i", _data.Folder, "--train", _data.Train, "--dev", _data.Dev, "-e", _data.Encoder, "--cache", _data.Cache, "--views", "3"];

        Assert.Equal(ExitCode.Success, await InvokeAsync(arguments));
        Assert.Contains("features: 0 of 96 are there", _messages.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, await InvokeAsync(arguments));
        Assert.Contains("features: 96 of 96 are there", _messages.Output, StringComparison.Ordinal);

        // Pooled vectors are features of their own.
        Assert.Equal(ExitCode.Success, await InvokeAsync([.. arguments, "--model", "merge"]));
        Assert.Equal(2, Directory.GetDirectories(_data.Cache).Length);
        Assert.Single(Directory.GetDirectories(_data.Cache, "*-pooled"));
    }

    [Theory]
    [InlineData("--hidden", "64")]
    [InlineData("--samples", "1")]
    [InlineData("--teachers", "a")]
    [InlineData("--model", "merge")]
    public async Task Train_WrongOptionOfSecondStage_UsageError(string option, string value) =>
        Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1, [.. FromStart, "--self-critical", option, value])));

    private string[] FromStart => ["--from", _data["start"]];

    private double Best(string run) => Log(run).Max(line => line.GetProperty("scores").GetProperty("cider").GetDouble());

    private JsonElement[] Log(string run) => [.. File.ReadLines(_data[$"{run}/log.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Weights, optimizer and average of a run's end; the words before them tell of seconds, too.</summary>
    private byte[] Weights(string run)
    {
        byte[] checkpoint = File.ReadAllBytes(_data[$"{run}/checkpoint.safetensors"]);
        return checkpoint[(8 + (int)BitConverter.ToInt64(checkpoint))..];
    }

    private Task<int> InvokeAsync(string[] arguments) => TrainerCommand.InvokeAsync(arguments, _output, _messages, isTerminal: false, TimeProvider.System);
}
