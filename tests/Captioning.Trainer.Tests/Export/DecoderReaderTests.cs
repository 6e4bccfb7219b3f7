using Captioning.Inference.Models;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using Spectre.Console.Testing;
using TorchSharp;

namespace Captioning.Trainer.Tests.Export;

[Collection("torch")]
public sealed class DecoderReaderTests : IDisposable
{
    private readonly SyntheticData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Read_BundleOfTheTrainer_ItsVeryWeights()
    {
        Assert.Equal(ExitCode.Success, await TrainerCommand.InvokeAsync(_data.TrainArguments(_data["run"], 1), new TestConsole(), new TestConsole(), isTerminal: false, TimeProvider.System));

        AttentionDecoder model = DecoderReader.Read(ModelBundle.Read(_data["run/best"]));

        using WeightSet weights = model.Weights;
        AttentionDecoder trained = AttentionDecoder.Create(model.Settings, torch.CPU);
        using WeightSet expected = trained.Weights;
        TensorFile.Read(_data["run/best.safetensors"], expected.Layout.ToDictionary(part => part.Name, part => (torch.Tensor)expected[part.Name].detach()));
        using WeightSet rounded = expected.ToExported();
        Assert.Equal(4, model.Settings.Heads);
        Assert.Equal(Numbers(rounded.Values), Numbers(weights.Values));
    }

    [Fact]
    public void Read_ShippedModel_ComputesTheSame()
    {
        // Reading compares the model with its graphs.
        AttentionDecoder model = DecoderReader.Read(ModelBundle.Read(Repository.Model));

        Assert.Equal((8, 512), (model.Settings.Heads, model.Settings.Hidden));
        model.Weights.Dispose();
    }

    [Fact]
    public void Grow_MoreWords_OldOnesStayAndNewOnesAreTheirMean()
    {
        torch.manual_seed(1);
        AttentionDecoder model = AttentionDecoder.Create(new AttentionSettings(4, 3, 10) { Hidden = 8, Heads = 2 }, torch.CPU);
        using WeightSet weights = model.Weights;

        AttentionDecoder grown = VocabularyGrowth.Grow(model, 12);

        using WeightSet more = grown.Weights;
        Assert.Equal(12, grown.Settings.Vocabulary);
        Assert.Equal(Numbers(weights[AttentionDecoder.Embedding]), Numbers(more[AttentionDecoder.Embedding].narrow(0, 0, 10)));
        Assert.True(torch.allclose(more[AttentionDecoder.Embedding][11], weights[AttentionDecoder.Embedding].mean([0])));
        Assert.Equal(Numbers(weights[AttentionDecoder.Query]), Numbers(more[AttentionDecoder.Query]));
    }

    [Fact]
    public void Read_OtherGraphs_SaysWhatToDo()
    {
        string folder = _data["other"];
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Repository.Model))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        // The encoder's graph is no decoder; the manifest says it is.
        ModelManifest manifest = ModelManifest.Read(folder);
        File.WriteAllText(
            Path.Combine(folder, ModelManifest.FileName),
            (manifest with { Decoder = manifest.Decoder with { Init = manifest.Encoder.File } }).ToJson());

        TrainingException e = Assert.Throws<TrainingException>(() => DecoderReader.Read(ModelBundle.Read(folder)));
        Assert.Contains("captioning-trainer train", e.Message, StringComparison.Ordinal);
    }

    private static float[] Numbers(torch.Tensor tensor) => [.. tensor.detach().data<float>()];
}
