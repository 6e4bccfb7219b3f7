using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Encoders;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Commands;

[Collection("torch")]
public sealed class QuantizeCommandTests : IDisposable
{
    private readonly SyntheticData _data = new();
    private readonly TestConsole _messages = new TestConsole().Width(1_000);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("attention")]
    [InlineData("merge")]
    public async Task Quantize_Run_BundleThatCaptionsTheSame(string kind)
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 30, "--model", kind, "--patience", "30", "--description", "Names colours.")));

        Assert.Equal(ExitCode.Success, await InvokeAsync("quantize", _data["run"], "--images", _data.Folder, "--split", _data.Train, "--calibration-images", "16", "--output", _data["small/"]));

        ModelManifest manifest = ModelBundle.Read(_data["small"]).Manifest;
        Assert.Equal(("captioner", "1.0.0-int8"), (manifest.Id, manifest.Version));
        Assert.Equal("Names colours. Encoder quantized to int8, ranges from 16 photos.", manifest.Description);
        Assert.Null(manifest.Training!.Scores);
        Assert.Contains(EncoderGraph.Parse(File.ReadAllBytes(_data["small/encoder.onnx"])).Graph.Node, node => node.OpType == "QuantizeLinear");
        Assert.Contains("of 4 other photos: changed by 0.0", _messages.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_data["run/best/decoder_step.onnx"]), File.ReadAllBytes(_data["small/decoder_step.onnx"]));
        Assert.Equal(await CaptionAsync(_data["run/best"]), await CaptionAsync(_data["small"]));
    }

    [Fact]
    public async Task Quantize_NamesGiven_InTheManifest()
    {
        await TrainAsync();

        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("--id", "quick", "--model-version", "2.0.0", "--description", "Quick.", "--captions", _data.Captions)));

        ModelManifest manifest = ModelManifest.Read(_data["small"]);
        Assert.Equal(("quick", "2.0.0", "Quick."), (manifest.Id, manifest.Version, manifest.Description));
    }

    [Fact]
    public async Task Quantize_QuantizedModel_RefusedAndTheOldOneStays()
    {
        await TrainAsync();
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments()));
        byte[] before = File.ReadAllBytes(_data["small/model.json"]);
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("--output", _data["other"])));

        Assert.Equal(ExitCode.Usage, await InvokeAsync(["quantize", _data["other"], .. Arguments()[2..]]));

        Assert.Contains("The encoder is quantized already", _messages.Output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_data["small/model.json"]));
    }

    [Theory]
    [InlineData("--images", "nowhere", "There is no folder of images at ")]
    [InlineData("--split", "nowhere", "There is no file ")]
    [InlineData("--split", "three.txt", "3 photos of ")]
    [InlineData("--split", "missing.txt", "no-such.png")]
    [InlineData("--split", "damaged.txt", "damaged.png")]
    [InlineData("--output", "run/best", "is the model itself")]
    [InlineData("--output", "holiday", "holds something else than a model")]
    public async Task Quantize_UnusableInput_Named(string option, string value, string problem)
    {
        await TrainAsync();
        _data.Write("three.txt", "red-red.png\nred-blue.png\nblue-red.png\n");
        _data.Write("missing.txt", "red-red.png\nred-blue.png\nblue-red.png\nno-such.png\nblue-blue.png\n");
        _data.Write("damaged.txt", "red-red.png\nred-blue.png\nblue-red.png\ndamaged.png\nblue-blue.png\n");
        _data.Write("damaged.png", "no picture");
        Directory.CreateDirectory(_data["holiday"]);
        _data.Write("holiday/beach.txt", "not to be lost");

        Assert.Equal(ExitCode.Usage, await InvokeAsync(Arguments(option, _data[value])));

        Assert.Contains(problem, _messages.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data["small"]));
        Assert.True(File.Exists(_data["holiday/beach.txt"]));
    }

    [Fact]
    public async Task Quantize_NoModel_Named()
    {
        Assert.Equal(ExitCode.Usage, await InvokeAsync(Arguments()));

        Assert.Contains($"{_data["run"]} is neither", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_TooManyLayersInFloat_Named()
    {
        await TrainAsync();

        Assert.Equal(ExitCode.Usage, await InvokeAsync(Arguments("--float-first", "1")));

        Assert.Contains("if 1 stay in float32, none is quantized", _messages.Output, StringComparison.Ordinal);
    }

    private async Task TrainAsync() => Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["run"], 1)));

    /// <summary>A command line that quantizes the run; what is given last counts.</summary>
    private string[] Arguments(params string[] more)
    {
        (string Name, string Value)[] options = [("--images", _data.Folder), ("--split", _data.Train), ("--output", _data["small"])];
        return ["quantize", _data["run"], .. options.Where(option => !more.Contains(option.Name)).SelectMany(option => (string[])[option.Name, option.Value]), .. more];
    }

    private async Task<string[]> CaptionAsync(string bundle)
    {
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = bundle, Device = Device.Cpu });
        List<string> captions = [];
        foreach (string name in File.ReadLines(_data.Dev))
        {
            captions.Add((await engine.CaptionAsync(ImageSource.FromFile(_data[name]), new CaptionOptions())).Best.Text);
        }

        return [.. captions];
    }

    private Task<int> InvokeAsync(params string[] arguments) => TrainerCommand.InvokeAsync(arguments, new TestConsole(), _messages, isTerminal: false, TimeProvider.System);
}
