using System.Text.Json;
using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Encoders;
using Captioning.Trainer.Tests.Encoders;
using Onnx;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Commands;

[Collection("torch")]
public sealed class FineTuneTests : IDisposable
{
    private readonly SyntheticData _data = new();
    private readonly TestConsole _output = new();
    private readonly TestConsole _messages = new TestConsole().Width(1_000);

    public FineTuneTests()
    {
        // 8 x 8 pixels become 4 x 4 regions of 12 numbers. The depthwise convolution is one that this program finds the gradients of.
        using SmallGraph graph = new(8, 8);
        string stem = graph.Node("Relu", [graph.Node("Conv", ["x", graph.Weight("stem.w", 12, 3, 2, 2), graph.Weight("stem.b", 12)], "stem", ("strides", new long[] { 2, 2 }))], "relu");
        string wide = graph.Node("Conv", [stem, graph.Weight("wide.w", 12, 1, 5, 5)], "wide", ("group", 12L), ("pads", new long[] { 2, 2, 2, 2 }));
        string sum = graph.Node("Add", [stem, wide], "sum");
        string flat = graph.Node("Reshape", [sum, graph.Numbers("shape", 0, 12, 16)], "flat");
        graph.Node("Transpose", [flat], "regions", ("perm", new long[] { 0, 2, 1 }));
        graph.Node("ReduceMean", ["regions"], "pooled", ("axes", new long[] { 1 }), ("keepdims", 0L));
        File.WriteAllBytes(_data.Encoder, graph.ToFile("regions", 17, "pooled"));
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task FineTune_SmallData_EncoderLearnsAndTheEngineServesIt()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("run", 40, "--patience", "40")));

        double[] losses = [.. File.ReadLines(_data["run/log.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble())];
        Assert.Equal(40, losses.Length);
        Assert.True(losses[^1] < losses[0] / 2, $"{losses[0]} became {losses[^1]}");
        GraphProto before = Graph(_data.Encoder);
        GraphProto after = Graph(_data["run/last/encoder.onnx"]);
        Assert.Equal(before.Node, after.Node.Where(node => node.OpType != "Cast" || node.Input[0] == "image"));
        Assert.NotEqual(before.Initializer.Single(tensor => tensor.Name == "stem.b"), after.Initializer.Single(tensor => tensor.Name == "stem.b"));
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = _data["run/last"], Device = Inference.Runtime.Device.Cpu });
        CaptionedImage captioned = await engine.CaptionAsync(ImageSource.FromFile(_data["red-red.png"]), new CaptionOptions());
        Assert.Contains("red", captioned.Best.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_FrozenLayer_StaysAsItIs()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("run", 1, "--freeze-layers", "1")));

        GraphProto before = Graph(_data.Encoder);
        GraphProto after = Graph(_data["run/last/encoder.onnx"]);
        Assert.Equal(Stem(before), Stem(after));
        Assert.DoesNotContain(before.Initializer.Single(tensor => tensor.Name == "wide.w"), after.Initializer);

        static IEnumerable<TensorProto> Stem(GraphProto graph) => graph.Initializer.Where(tensor => tensor.Name.StartsWith("stem.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FineTune_InParts_SameAsAtOnce()
    {
        string[] options = ["--dropout", "0", "--precision", "float32"];
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("parts", 2, [.. options, "--micro-batch", "3"])));
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("whole", 2, [.. options, "--micro-batch", "8"])));

        // The optimizer divides by what it has seen so far, which makes much of the last bits of a gradient of nearly nothing; the loss does not.
        Assert.NotEqual(Weights("whole"), Weights("parts"));
        Assert.Equal(Loss("whole", 0), Loss("parts", 0), 1e-4);
        Assert.Equal(Loss("whole", 1), Loss("parts", 1), 1e-3);
    }

    [Fact]
    public async Task FineTune_FromARun_GoesOnFromItsDecoder()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["first"], 30, "--patience", "30")));
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("second", 1, "--from", _data["first"])));

        Assert.InRange(Loss("second", 1), 0, Loss("first", 5));
        Assert.Equal(File.ReadAllBytes(_data["first/best/vocabulary.txt"]), File.ReadAllBytes(_data["second/best/vocabulary.txt"]));
    }

    [Fact]
    public async Task Train_FromADecoderForAnotherEncoder_Refused()
    {
        Assert.Equal(ExitCode.Usage, await InvokeAsync(Arguments("run", 1, "--from", Repository.Model, "--encoder", _data.Encoder)));

        Assert.Contains("81 regions of 1280 numbers", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OptionOfFineTuningWithoutIt_UsageError() => Assert.Equal(ExitCode.Usage, await InvokeAsync(_data.TrainArguments(_data["run"], 1, "--freeze-layers", "1")));

    [Fact]
    public async Task FineTune_FromAJointRun_TakesItsEncoderOver()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("first", 30, "--patience", "30")));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["second"], 1, "--from", _data["first"], "--fine-tune-encoder", "--micro-batch", "3")));

        // Before the first step the model is the best of the run before.
        JsonElement begin = JsonDocument.Parse(File.ReadLines(_data["second/log.jsonl"]).First()).RootElement;
        Assert.Equal(ModelManifest.Read(_data["first/best"]).Training!.Scores!["cider"], begin.GetProperty("scores").GetProperty("cider").GetDouble(), 0.02);
    }

    [Fact]
    public async Task FineTune_ResumeWithAnotherEncoder_Refused()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("run", 1)));
        using SmallGraph graph = new(8, 8);
        ModelProto model = EncoderGraph.Parse(File.ReadAllBytes(_data.Encoder));
        model.ProducerName = "another";
        File.WriteAllBytes(_data.Encoder, Google.Protobuf.MessageExtensions.ToByteArray(model));

        Assert.Equal(ExitCode.Usage, await InvokeAsync(Arguments("run", 1, "--resume")));
        Assert.Contains("began with another encoder", _messages.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", ExitCode.Interrupted)]
    public async Task FineTune_EndedInMidEpochAndResumed_SameModelAsUninterrupted(string signal, int exitCode)
    {
        string[] options = ["--checkpoint-steps", "1", "--average", "0.9", "--patience", "100"];
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("whole", 8, options)));

        // 4 steps an epoch and a checkpoint at its end: the 12th is in mid-epoch.
        Assert.Equal(exitCode, await InterruptedTraining.RunAsync(Arguments("killed", 8, options), _data["killed"], 12, signal));
        Assert.Equal(ExitCode.Success, await InvokeAsync(Arguments("killed", 8, [.. options, "--resume"])));
        Assert.Equal(Weights("whole"), Weights("killed"));
        Assert.Equal(File.ReadAllBytes(_data["whole/last/encoder.onnx"]), File.ReadAllBytes(_data["killed/last/encoder.onnx"]));
    }

    private static GraphProto Graph(string path) => EncoderGraph.Parse(File.ReadAllBytes(path)).Graph;

    /// <summary>A command line that trains encoder and decoder; what is given last counts.</summary>
    private string[] Arguments(string run, int epochs, params string[] more)
    {
        List<string> arguments =
        [
            .. _data.TrainArguments(_data[run], epochs, more)[..^more.Length], "--fine-tune-encoder", "--encoder-learning-rate", "0.003", "--micro-batch", "3", "--colour", "0.05", "--jpeg-quality", "90",
        ];
        foreach (int place in more.Where(option => option.StartsWith("--", StringComparison.Ordinal)).Select(option => arguments.IndexOf(option)).Where(place => place >= 0).OrderDescending())
        {
            arguments.RemoveRange(place, 2);
        }

        return [.. arguments, .. more];
    }

    private double Loss(string run, int epoch) => JsonDocument.Parse(File.ReadLines(_data[$"{run}/log.jsonl"]).ElementAt(epoch)).RootElement.GetProperty("loss").GetDouble();

    /// <summary>Weights, optimizers and averages of a run's end; the words before them tell of seconds, too.</summary>
    private float[] Weights(string run)
    {
        byte[] checkpoint = File.ReadAllBytes(_data[$"{run}/checkpoint.safetensors"]);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(checkpoint.AsSpan(8 + (int)BitConverter.ToInt64(checkpoint))).ToArray();
    }

    private Task<int> InvokeAsync(string[] arguments) => TrainerCommand.InvokeAsync(arguments, _output, _messages, isTerminal: false, TimeProvider.System);
}
