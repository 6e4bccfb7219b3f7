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

        AttentionModel model = Assert.IsType<AttentionModel>(DecoderReader.Read(ModelBundle.Read(_data["run/best"])));

        using WeightSet weights = model.Weights;
        AttentionModel trained = AttentionModel.Create(model.Settings, torch.CPU);
        using WeightSet expected = trained.Weights;
        TensorFile.Read(_data["run/best.safetensors"], expected.Layout.ToDictionary(part => part.Name, part => (torch.Tensor)expected[part.Name].detach()));
        using WeightSet rounded = expected.ToExported();
        Assert.Equal(4, model.Settings.Heads);
        Assert.Equal(Numbers(rounded.Values), Numbers(weights.Values));
    }

    [Fact]
    public async Task Read_MergeBundleOfTheTrainer_ItsVeryWeights()
    {
        string[] arguments = _data.TrainArguments(_data["run"], 1, "--model", "merge");
        Assert.Equal(ExitCode.Success, await TrainerCommand.InvokeAsync(arguments, new TestConsole(), new TestConsole(), isTerminal: false, TimeProvider.System));

        MergeModel model = Assert.IsType<MergeModel>(DecoderReader.Read(ModelBundle.Read(_data["run/best"])));

        using WeightSet weights = model.Weights;
        using WeightSet expected = MergeModel.Create(model.Settings, torch.CPU).Weights;
        TensorFile.Read(_data["run/best.safetensors"], expected.Layout.ToDictionary(part => part.Name, part => (torch.Tensor)expected[part.Name].detach()));
        using WeightSet rounded = expected.ToExported();
        Assert.Equal(32, model.Settings.Hidden);
        Assert.Equal(Numbers(rounded.Values), Numbers(weights.Values));
    }

    [Fact]
    public void Grow_Merge_OldWordsAreAsLikelyAsBefore()
    {
        torch.manual_seed(1);
        MergeModel model = MergeModel.Create(new MergeSettings(3, 10) { Hidden = 8 }, torch.CPU);
        using WeightSet weights = model.Weights;

        DecoderModel grown = VocabularyGrowth.Grow(model, 12);

        using WeightSet more = grown.Weights;
        CaptionBatch batch = CaptionBatch.Create([[[4, 5]]], WordList.Bos, WordList.Eos, torch.CPU);
        using torch.Tensor features = torch.rand(1, 3);
        using torch.Tensor before = model.Pass(torch.ScalarType.Float32, 0).Logits(batch, features);
        using torch.Tensor after = grown.Pass(torch.ScalarType.Float32, 0).Logits(batch, features);
        Assert.Equal([3, 12], after.shape);
        Assert.True(after.narrow(1, 0, 10).allclose(before, atol: 1e-6));
    }

    [Fact]
    public void Read_ShippedModel_ComputesTheSame()
    {
        // Reading compares the model with its graphs.
        AttentionModel model = Assert.IsType<AttentionModel>(DecoderReader.Read(ModelBundle.Read(Repository.Model)));

        Assert.Equal((8, 512), (model.Settings.Heads, model.Settings.Hidden));
        model.Weights.Dispose();
    }

    [Fact]
    public void Grow_MoreWords_OldOnesStayAndNewOnesAreTheirMean()
    {
        torch.manual_seed(1);
        AttentionModel model = AttentionModel.Create(new AttentionSettings(4, 3, 10) { Hidden = 8, Heads = 2 }, torch.CPU);
        using WeightSet weights = model.Weights;

        DecoderModel grown = VocabularyGrowth.Grow(model, 12);

        using WeightSet more = grown.Weights;
        Assert.Equal(12, grown.Vocabulary);
        Assert.Equal(Numbers(weights[AttentionModel.Embedding]), Numbers(more[AttentionModel.Embedding].narrow(0, 0, 10)));
        Assert.True(torch.allclose(more[AttentionModel.Embedding][11], weights[AttentionModel.Embedding].mean([0])));
        Assert.Equal(Numbers(weights[AttentionModel.Query]), Numbers(more[AttentionModel.Query]));
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
