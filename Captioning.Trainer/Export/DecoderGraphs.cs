using Captioning.Trainer.Models;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Export;

/// <summary>Writes a decoder as the two graphs of a bundle.</summary>
/// <param name="weights">Its weights, rounded as bundles hold them.</param>
internal abstract class DecoderGraphs(WeightSet weights)
{
    protected const string Images = "image", Beam = "beam";

    /// <summary>The graphs of a model.</summary>
    /// <param name="model">The model, with weights that are rounded as bundles hold them.</param>
    public static DecoderGraphs Of(DecoderModel model) => model switch
    {
        AttentionModel attention => new AttentionGraphs(attention.Settings, model.Weights),
        MergeModel merge => new MergeGraphs(merge.Settings, model.Weights),
        _ => throw new ArgumentException($"There are no graphs of {model.GetType().Name}.", nameof(model)),
    };

    /// <summary>The graph that runs once per image.</summary>
    public abstract byte[] Init();

    /// <summary>The graph that runs once per token.</summary>
    public abstract byte[] Step();

    /// <summary>Adds input W^T.</summary>
    protected string Linear(OnnxGraph graph, string input, string weight)
    {
        using Tensor rows = weights.Exported(weight);
        using Tensor columns = rows.t();
        return graph.Node("MatMul", [input, graph.Weight(weight, columns)], $"{weight}.product");
    }

    /// <summary>Adds input W^T + b.</summary>
    protected string Linear(OnnxGraph graph, string input, string weight, string bias) =>
        graph.Node("Add", [Linear(graph, input, weight), Vector(graph, bias)], $"{weight}.sum");

    /// <summary>Adds a bias.</summary>
    protected string Vector(OnnxGraph graph, string bias)
    {
        using Tensor values = weights.Exported(bias);
        return graph.Weight(bias, values);
    }

    /// <summary>Adds the embedding of the input <c>token</c>.</summary>
    /// <returns>The names of what is looked up and of the matrix.</returns>
    protected (string Embedded, string Embedding) Embed(OnnxGraph graph, string weight)
    {
        graph.Input("token", DataType.Int64, Images, Beam);
        using Tensor embeddings = weights.Exported(weight);
        string embedding = graph.Weight(weight, embeddings);
        return (graph.Node("Gather", [embedding, "token"], "embedded"), embedding);
    }

    /// <summary>Adds the product of the LSTM's inputs with their weights, which are one matrix in the file.</summary>
    protected string GateProduct(OnnxGraph graph, IEnumerable<string> inputs, string token, string state)
    {
        using Tensor tokenWeights = weights.Exported(token);
        using Tensor stateWeights = weights.Exported(state);
        using Tensor both = cat([tokenWeights, stateWeights], 1).t();
        return graph.Node("MatMul", [graph.Node("Concat", inputs, "inputs", ("axis", -1L)), graph.Weight("lstm", both)], "product");
    }

    /// <summary>Adds the LSTM's cell, from its gates and <c>c</c> to <c>h_out</c> and <c>c_out</c>.</summary>
    protected static void Cell(OnnxGraph graph, string gates)
    {
        graph.Node("Split", [gates], ["input_gate", "forget_gate", "cell_gate", "output_gate"], ("axis", -1L));
        string kept = graph.Node("Mul", [graph.Node("Sigmoid", ["forget_gate"], "forget"), "c"], "kept");
        string added = graph.Node("Mul", [graph.Node("Sigmoid", ["input_gate"], "take"), graph.Node("Tanh", ["cell_gate"], "cell")], "added");
        graph.Node("Add", [kept, added], "c_out");
        graph.Node("Mul", [graph.Node("Sigmoid", ["output_gate"], "show"), graph.Node("Tanh", ["c_out"], "c_tanh")], "h_out");
    }
}
