using Captioning.Inference.Models;
using Captioning.Trainer.Models;
using static Onnx.TensorProto.Types;
using M = Captioning.Trainer.Models.MergeModel;

namespace Captioning.Trainer.Export;

/// <summary>Writes a <see cref="MergeModel"/> as the two graphs of a bundle.</summary>
/// <param name="settings">The decoder's sizes.</param>
/// <param name="weights">Its weights, rounded as bundles hold them.</param>
internal sealed class MergeGraphs(MergeSettings settings, WeightSet weights) : DecoderGraphs(weights)
{
    private string Hidden => $"{settings.Hidden}";

    /// <inheritdoc/>
    public override byte[] Init()
    {
        OnnxGraph graph = new("merge_init");
        string pooled = ModelArchitecture.Merge.Feature;
        graph.Input(pooled, DataType.Float, Images, $"{settings.Channels}");
        graph.Node("Relu", [Linear(graph, pooled, M.Image, M.ImageBias)], "image");
        graph.Output("image", Images, Hidden);
        return graph.ToBytes();
    }

    /// <inheritdoc/>
    public override byte[] Step()
    {
        OnnxGraph graph = new("merge_step");
        (string embedded, _) = Embed(graph, M.Embedding);
        graph.Input("h", DataType.Float, Images, Beam, Hidden);
        graph.Input("c", DataType.Float, Images, Beam, Hidden);
        graph.Input("image", DataType.Float, Images, Hidden);
        string product = GateProduct(graph, [embedded, "h"], M.GatesOfToken, M.GatesOfState);
        Cell(graph, graph.Node("Add", [product, Vector(graph, M.GatesBias)], "gates"));
        string image = graph.Node("Unsqueeze", ["image", graph.Integers("beam_axis", 1)], "beam_image");
        string joined = graph.Node("Relu", [Linear(graph, graph.Node("Add", ["h_out", image], "read"), M.Joined, M.JoinedBias)], "joined");
        graph.Node("LogSoftmax", [Linear(graph, joined, M.Logit, M.LogitBias)], "log_probs", ("axis", -1L));
        graph.Output("log_probs", Images, Beam, $"{settings.Vocabulary}");
        graph.Output("h_out", Images, Beam, Hidden);
        graph.Output("c_out", Images, Beam, Hidden);
        return graph.ToBytes();
    }
}
