using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Export;

[Collection("torch")]
public sealed class GraphParityTests : IDisposable
{
    private readonly AttentionDecoder _model;
    private readonly WeightSet _exported;

    public GraphParityTests()
    {
        manual_seed(3);
        _model = AttentionDecoder.Create(new AttentionSettings(9, 40, 50) { Hidden = 32, Heads = 4 }, CPU);
        _exported = _model.Weights.ToExported();
    }

    public void Dispose()
    {
        _model.Weights.Dispose();
        _exported.Dispose();
    }

    [Fact]
    public void Check_GraphsOfTheModel_Pass()
    {
        AttentionGraphs graphs = new(_model.Settings, _exported);

        GraphParity.Check(new AttentionDecoder(_model.Settings, _exported), graphs.Init(), graphs.Step());
    }

    [Theory]
    [InlineData(AttentionDecoder.ProjectBias)]
    [InlineData(AttentionDecoder.Key)]
    [InlineData(AttentionDecoder.QueryBias)]
    [InlineData(AttentionDecoder.GatesOfState)]
    [InlineData(AttentionDecoder.LogitBias)]
    public void Check_AnotherWeight_Refused(string name)
    {
        AttentionGraphs graphs = new(_model.Settings, _exported);
        byte[] init = graphs.Init();
        byte[] step = graphs.Step();
        using (no_grad())
        {
            // Not all of it: a bias that is the same for all words changes nothing.
            _exported[name].view(-1).narrow(0, 0, 10).add_(0.5);
        }

        ExportException e = Assert.Throws<ExportException>(() => GraphParity.Check(new AttentionDecoder(_model.Settings, _exported), init, step));

        Assert.Contains("differs", e.Message, StringComparison.Ordinal);
    }
}
