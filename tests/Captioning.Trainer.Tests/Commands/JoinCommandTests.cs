using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using Microsoft.ML.OnnxRuntime;
using Spectre.Console.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Commands;

[Collection("torch")]
public sealed class JoinCommandTests : IDisposable
{
    private readonly SyntheticData _data = new();
    private readonly TestConsole _messages = new TestConsole().Width(1_000);
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData("attention")]
    [InlineData("merge")]
    public async Task Ensemble_TwoRuns_MeanOfTheirProbabilities(string kind)
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 3, "--model", kind)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 3, "--model", kind, "--seed", "2", "--hidden", "16")));

        Assert.Equal(ExitCode.Success, await InvokeAsync(["ensemble", _data["a"], _data["b/best"], "--output", _data["both"], "--id", "both"]));

        ModelBundle bundle = ModelBundle.Read(_data["both"]);
        Assert.Equal(("both", kind), (bundle.Manifest.Id, bundle.Manifest.Architecture));
        Tensor features = rand([2, .. DecoderReader.Read(ModelBundle.Read(_data["a/best"])).FeatureShape]);
        int[] caption = [5, 4, 6];
        Tensor expected = (Probabilities("a/best", caption, features) + Probabilities("b/best", caption, features)) / 2;
        Tensor actual = Run(bundle, caption, features).exp();
        Assert.True(actual.allclose(expected, atol: 1e-4), (actual - expected).abs().max().ToDouble().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("attention")]
    [InlineData("merge")]
    public async Task Average_ModelAndOneTrainedFurther_MeanOfTheirWeights(string kind)
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 2, "--model", kind)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 2, "--from", _data["a"], "--learning-rate", "0.01")));

        Assert.Equal(
            ExitCode.Success, await InvokeAsync(["average", _data["a"], _data["b/last"], _data["b/last"], "--output", _data["mean"], "--model-version", "1.2.0", "--length-penalty", "1.1"]));

        TrainedModel first = TrainedModel.Read(_data["a"]), second = TrainedModel.Read(_data["b/last"]), mean = TrainedModel.Read(_data["mean"]);
        Tensor expected = (first.Model.Weights.Values + second.Model.Weights.Values + second.Model.Weights.Values) / 3;
        Assert.True((first.Model.Weights.Values - second.Model.Weights.Values).abs().max().ToDouble() > 1e-3);
        Assert.True(mean.Model.Weights.Values.allclose(expected, rtol: 1e-3, atol: 1e-6));
        Assert.Equal(("average", "1.2.0", 1.1), (mean.Bundle.Manifest.Id, mean.Bundle.Manifest.Version, mean.Bundle.Manifest.Beam.LengthPenalty));
        Assert.Equal(first.Bundle.Manifest.Beam with { LengthPenalty = 1.1 }, mean.Bundle.Manifest.Beam);
    }

    [Fact]
    public async Task Average_OtherSizes_ErrorNamesTheModel()
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 1)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 1, "--hidden", "16")));

        Assert.Equal(ExitCode.Usage, await InvokeAsync(["average", _data["a"], _data["b"], "--output", _data["mean"]]));
        Assert.Contains($"{_data["b"]} has other sizes", _messages.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data["mean"]));
    }

    [Theory]
    [InlineData("ensemble")]
    [InlineData("average")]
    public async Task Join_OtherVocabulary_ErrorNamesTheModel(string verb)
    {
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["a"], 1)));
        Assert.Equal(ExitCode.Success, await InvokeAsync(_data.TrainArguments(_data["b"], 1, "--words", "plain")));

        Assert.Equal(ExitCode.Usage, await InvokeAsync([verb, _data["a"], _data["b"], "--output", _data["both"]]));
        Assert.Contains($"{_data["b"]} has another vocabulary", _messages.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data["both"]));
    }

    /// <summary>The probabilities of each next token, [image, step, vocabulary].</summary>
    private Tensor Probabilities(string bundle, int[] caption, Tensor features)
    {
        DecoderModel model = DecoderReader.Read(ModelBundle.Read(_data[bundle]));
        using WeightSet weights = model.Weights;
        CaptionBatch batch = CaptionBatch.Create([[caption], [caption]], WordList.Bos, CPU);
        return model.Pass(ScalarType.Float32, dropout: 0).Logits(batch, features).detach().softmax(-1).view(caption.Length, 2, -1).transpose(0, 1);
    }

    /// <summary>The ensemble's log-probabilities of each next token, [image, step, vocabulary].</summary>
    private static Tensor Run(ModelBundle bundle, int[] caption, Tensor features)
    {
        SessionFactory sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu);
        using Decoder decoder = Decoder.Open(bundle, sessions);
        using OrtValue feature = OrtValue.CreateTensorValueFromMemory(features.data<float>().ToArray(), features.shape);
        bool attends = decoder.Architecture.HasAttention;
        using DecoderBatch batch = decoder.Begin(feature, 2, 1, attends);
        List<Tensor> steps = [];
        foreach (int token in (int[])[WordList.Bos, .. caption[..^1]])
        {
            batch.Tokens.Fill(token);
            batch.Step();
            steps.Add(stack([tensor(batch.LogProbs(0).ToArray()), tensor(batch.LogProbs(1).ToArray())]).unsqueeze(1));
            Assert.Equal(1, attends ? batch.Attention(1).ToArray().Sum() : 1, 1e-5);
            batch.Advance([0, 1], [0, 1], 1);
        }

        return cat(steps, 1);
    }

    private Task<int> InvokeAsync(string[] arguments) => TrainerCommand.InvokeAsync(arguments, new TestConsole(), _messages, isTerminal: false, TimeProvider.System);
}
