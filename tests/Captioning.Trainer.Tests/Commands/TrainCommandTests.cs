using System.Diagnostics;
using System.Text.Json;
using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Trainer.Commands;
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

        JsonElement[] log = [.. File.ReadLines(_data["run/log.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];
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
    [InlineData("KILL", 137)]
    [InlineData("TERM", ExitCode.Interrupted)]
    public async Task Train_EndedInMidEpochAndResumed_SameModelAsUninterrupted(string signal, int exitCode)
    {
        string[] options = ["--checkpoint-steps", "1", "--average", "0.9", "--views", "2", "--patience", "100"];
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["whole"], 8, options)));

        Directory.CreateDirectory(_data["killed"]);
        using FileSystemWatcher watcher = new(_data["killed"]);
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int checkpoints = 0;
        watcher.Renamed += (_, e) =>
        {
            // 4 steps an epoch and a checkpoint at its end: the 12th is in mid-epoch.
            if (e.Name == "checkpoint.safetensors" && Interlocked.Increment(ref checkpoints) == 12)
            {
                written.SetResult();
            }
        };
        watcher.EnableRaisingEvents = true;
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "captioning-trainer.dll"), .. _data.TrainArguments(_data["killed"], 8, options)]);
        using (Process process = Process.Start(start)!)
        {
            await written.Task.WaitAsync(TimeSpan.FromMinutes(2));
            using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            await process.WaitForExitAsync();
            Assert.Equal(exitCode, process.ExitCode);
        }

        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["killed"], 8, [.. options, "--resume"])));
        Assert.Equal(Weights("whole"), Weights("killed"));
        Assert.Equal(8, File.ReadLines(_data["killed/log.jsonl"]).Count());
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
    }

    /// <summary>Weights, optimizer and average of a run's end; the words before them tell of seconds, too.</summary>
    private byte[] Weights(string run)
    {
        byte[] checkpoint = File.ReadAllBytes(_data[$"{run}/checkpoint.safetensors"]);
        return checkpoint[(8 + (int)BitConverter.ToInt64(checkpoint))..];
    }

    private Task<int> InvokeAsync(string[] arguments) => TrainerCommand.InvokeAsync(arguments, _output, _messages, isTerminal: false, TimeProvider.System);
}
