using Captioning.Trainer.Models;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;
using A = Captioning.Trainer.Models.AttentionModel;

namespace Captioning.Trainer.Export;

/// <summary>Writes an <see cref="AttentionModel"/> as the two graphs of a bundle.</summary>
/// <param name="settings">The decoder's sizes.</param>
/// <param name="weights">Its weights, rounded as bundles hold them.</param>
internal sealed class AttentionGraphs(AttentionSettings settings, WeightSet weights) : DecoderGraphs(weights)
{
    private static readonly long[] MiddleAxis = [1];
    private static readonly long[] HeadsBehind = [0, 2, 1, 3];

    private string Hidden => $"{settings.Hidden}";

    private string Gates => $"{4 * settings.Hidden}";

    private int HeadSize => settings.Hidden / settings.Heads;

    /// <inheritdoc/>
    public override byte[] Init()
    {
        OnnxGraph graph = new("attention_init");
        graph.Input("regions", DataType.Float, Images, $"{settings.Regions}", $"{settings.Channels}");
        string projected = graph.Node("Relu", [Linear(graph, "regions", A.Project, A.ProjectBias)], "projected");
        string mean = graph.Node("ReduceMean", [projected], "mean", ("axes", MiddleAxis), ("keepdims", 0L));
        string start = graph.Node("Tanh", [Linear(graph, mean, A.Start, A.StartBias)], "start");
        graph.Node("Split", [start], ["h", "c"], ("axis", 1L));
        Split(graph, Linear(graph, projected, A.Key), "keys", 0, 2, 3, 1);
        Split(graph, Linear(graph, projected, A.Value, A.ValueBias), "values", 0, 2, 1, 3);
        graph.Node("Identity", [Linear(graph, mean, A.GatesOfMean, A.GatesBias)], "gates");
        graph.Output("h", Images, Hidden);
        graph.Output("c", Images, Hidden);
        graph.Output("keys", Images, $"{settings.Heads}", $"{HeadSize}", $"{settings.Regions}");
        graph.Output("values", Images, $"{settings.Heads}", $"{settings.Regions}", $"{HeadSize}");
        graph.Output("gates", Images, Gates);
        return graph.ToBytes();
    }

    /// <inheritdoc/>
    public override byte[] Step()
    {
        OnnxGraph graph = new("attention_step");
        (string embedded, string embedding) = Embed(graph, A.Embedding);
        foreach (string state in new[] { "h", "c", "context" })
        {
            graph.Input(state, DataType.Float, Images, Beam, Hidden);
        }

        graph.Input("keys", DataType.Float, Images, $"{settings.Heads}", $"{HeadSize}", $"{settings.Regions}");
        graph.Input("values", DataType.Float, Images, $"{settings.Heads}", $"{settings.Regions}", $"{HeadSize}");
        graph.Input("gates", DataType.Float, Images, Gates);

        string product = GateProduct(graph, [embedded, "context", "h"], A.GatesOfToken, A.GatesOfState);
        string image = graph.Node("Unsqueeze", ["gates", graph.Integers("beam_axis", 1)], "image_gates");
        Cell(graph, graph.Node("Add", [product, image], "all_gates"));
        Attend(graph);
        string output = graph.Node("Tanh", [Linear(graph, graph.Node("Concat", ["h_out", "context_out"], "read", ("axis", -1L)), A.Output, A.OutputBias)], "output");
        string rows = graph.Node("Reshape", [output, graph.Integers("rows_shape", -1, settings.Hidden)], "rows");

        // The tied embeddings are in the file once: as what tokens are looked up in, and transposed as what they are compared with.
        string logits = graph.Node("Gemm", [rows, embedding, Vector(graph, A.LogitBias)], "logits", ("transB", 1L));
        string shape = graph.Node(
            "Concat", [graph.Node("Shape", ["token"], "token_shape"), graph.Integers("words", settings.Vocabulary)], "logits_shape", ("axis", 0L));
        graph.Node("LogSoftmax", [graph.Node("Reshape", [logits, shape], "shaped_logits")], "log_probs", ("axis", -1L));

        graph.Output("log_probs", Images, Beam, $"{settings.Vocabulary}");
        graph.Output("h_out", Images, Beam, Hidden);
        graph.Output("c_out", Images, Beam, Hidden);
        graph.Output("context_out", Images, Beam, Hidden);
        graph.Output("attention", Images, Beam, $"{settings.Regions}");
        return graph.ToBytes();
    }

    private void Attend(OnnxGraph graph)
    {
        using Tensor factor = tensor((float)(1 / Math.Sqrt(HeadSize)));
        string query = Split(graph, graph.Node("Mul", [Linear(graph, "h_out", A.Query, A.QueryBias), graph.Weight("query.scale", factor)], "query_scaled"), "query", 0, 2, 1, 3);
        string weighed = graph.Node("Softmax", [graph.Node("MatMul", [query, "keys"], "scores")], "weighed", ("axis", -1L));
        string heads = graph.Node("Transpose", [graph.Node("MatMul", [weighed, "values"], "heads")], "heads_last", ("perm", HeadsBehind));
        graph.Node("Reshape", [heads, graph.Integers("hidden_shape", 0, 0, settings.Hidden)], "context_out");
        graph.Node("ReduceMean", [weighed], "attention", ("axes", MiddleAxis), ("keepdims", 0L));
    }

    // [n, m, d] -> [n, m, heads, d / heads] -> its axes in another order.
    private string Split(OnnxGraph graph, string input, string output, params long[] order)
    {
        string shape = graph.Integers($"{output}.shape", 0, 0, settings.Heads, HeadSize);
        return graph.Node("Transpose", [graph.Node("Reshape", [input, shape], $"{output}.heads")], output, ("perm", order));
    }
}
