using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Export;

[Collection("torch")]
public sealed class GraphParityTests : IDisposable
{
    private readonly DecoderModel _attention;
    private readonly DecoderModel _merge;

    public GraphParityTests()
    {
        manual_seed(3);
        _attention = Rounded(AttentionModel.Create(new AttentionSettings(9, 40, 50) { Hidden = 32, Heads = 4 }, CPU));
        _merge = Rounded(MergeModel.Create(new MergeSettings(40, 50) { Hidden = 32 }, CPU));
    }

    public void Dispose()
    {
        _attention.Weights.Dispose();
        _merge.Weights.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Check_GraphsOfTheModel_Pass(bool attends)
    {
        DecoderModel model = attends ? _attention : _merge;
        DecoderGraphs graphs = DecoderGraphs.Of(model);

        GraphParity.Check(model, graphs.Init(), graphs.Step());
    }

    [Theory]
    [InlineData(true, AttentionModel.ProjectBias)]
    [InlineData(true, AttentionModel.Key)]
    [InlineData(true, AttentionModel.QueryBias)]
    [InlineData(true, AttentionModel.GatesOfState)]
    [InlineData(true, AttentionModel.LogitBias)]
    [InlineData(false, MergeModel.ImageBias)]
    [InlineData(false, MergeModel.Embedding)]
    [InlineData(false, MergeModel.GatesOfState)]
    [InlineData(false, MergeModel.JoinedBias)]
    [InlineData(false, MergeModel.Logit)]
    public void Check_AnotherWeight_Refused(bool attends, string name)
    {
        DecoderModel model = attends ? _attention : _merge;
        DecoderGraphs graphs = DecoderGraphs.Of(model);
        byte[] init = graphs.Init();
        byte[] step = graphs.Step();
        using (no_grad())
        {
            // Not all of it: a bias that is the same for all words changes nothing.
            model.Weights[name].view(-1).narrow(0, 0, model.Weights[name].numel() / 3).add_(0.5);
        }

        ExportException e = Assert.Throws<ExportException>(() => GraphParity.Check(model, init, step));

        Assert.Contains("differs", e.Message, StringComparison.Ordinal);
    }

    private static DecoderModel Rounded(DecoderModel model)
    {
        using WeightSet weights = model.Weights;
        return model.With(weights.ToExported());
    }
}
