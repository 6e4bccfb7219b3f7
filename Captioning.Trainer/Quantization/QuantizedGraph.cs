using Captioning.Trainer.Encoders;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Quantization;

/// <summary>
/// Writes a graph whose planned nodes compute with int8, in the QDQ form: what goes into them comes from a DequantizeLinear and what comes out goes through a QuantizeLinear, and ONNX Runtime
/// makes one operator of a node and its neighbours (QLinearConv, QLinearAdd). Activations are uint8 with one scale for each tensor.
/// </summary>
internal sealed class QuantizedGraph
{
    /// <summary>What names of new values begin with, so that no old one is the same.</summary>
    private const string Prefix = "int8:";

    private readonly GraphProto _graph;
    private readonly QuantizationPlan _plan;
    private readonly IReadOnlyDictionary<string, TensorStatistics> _statistics;
    private readonly int _levels;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly List<NodeProto> _nodes = [];
    private readonly HashSet<string> _written = [];

    private QuantizedGraph(GraphProto graph, QuantizationPlan plan, IReadOnlyDictionary<string, TensorStatistics> statistics, int levels)
    {
        (_graph, _plan, _statistics, _levels) = (graph, plan, statistics, levels);
        _constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
    }

    /// <summary>Writes a graph.</summary>
    /// <param name="model">The graph of <see cref="PlainGraph"/>.</param>
    /// <param name="plan">What is quantized.</param>
    /// <param name="statistics">What is known of the plan's tensors.</param>
    /// <param name="reduceRange">Whether weights have 7 bits: x86 processors without VNNI add two products up in 16 bits, which products with 8 bits may overflow.</param>
    public static ModelProto Write(ModelProto model, QuantizationPlan plan, IReadOnlyDictionary<string, TensorStatistics> statistics, bool reduceRange)
    {
        ModelProto quantized = model.Clone();
        using IDisposable guard = no_grad();
        new QuantizedGraph(quantized.Graph, plan, statistics, reduceRange ? 64 : 127).Write();
        return quantized;
    }

    private void Write()
    {
        foreach (NodeProto node in _graph.Node)
        {
            if (_plan.IsConvolution(node))
            {
                WriteInputs(node);
            }

            _nodes.Add(node);
            if (_plan.IsOutput(node.Output[0]))
            {
                // Whoever reads the tensor reads what a byte keeps of it.
                string name = node.Output[0];
                node.Output[0] = Prefix + $"{name}/exact";
                WriteActivation(node.Output[0], name, name);
            }
        }

        _graph.Node.Clear();
        _graph.Node.Add(_nodes);
        RemoveUnread();
    }

    private void WriteInputs(NodeProto node)
    {
        string input = node.Input[0];
        string rounded = _plan.IsEntry(input) ? Prefix + $"{input}/dequantized" : input;
        if (_plan.IsEntry(input) && _written.Add(rounded))
        {
            WriteActivation(input, rounded, input);
        }

        using DisposeScope scope = NewDisposeScope();
        TensorStatistics statistics = _statistics[input] with { Range = _statistics[_plan.Origin(input)].Range };
        Tensor? bias = node.Input.Count > 2 ? OnnxTensors.Read(_constants[node.Input[2]]) : null;
        QuantizedWeights weights = QuantizedWeights.Round(OnnxTensors.Read(_constants[node.Input[1]]), bias, new OnnxNode(node).Integer("group", 1), statistics, _levels);
        string name = node.Output[0];
        node.Input.Clear();
        node.Input.Add(
        [
            rounded,
            WriteConstant(Prefix + $"{name}/weight", weights.Weights, weights.Scales),
            WriteConstant(Prefix + $"{name}/bias", weights.Bias, weights.BiasScales),
        ]);
    }

    /// <summary>Puts an activation through a byte.</summary>
    /// <param name="from">What is rounded.</param>
    /// <param name="to">What is left of it.</param>
    /// <param name="name">The tensor whose range counts.</param>
    private void WriteActivation(string from, string to, string name)
    {
        string origin = _plan.Origin(name);
        string[] parameters = [Prefix + $"{origin}/scale", Prefix + $"{origin}/zero_point"];
        if (_written.Add(parameters[0]))
        {
            using Tensor scale = tensor(_statistics[origin].Range.Scale);
            using Tensor zero = tensor(_statistics[origin].Range.ZeroPoint);
            WriteInitializer(parameters[0], scale);
            WriteInitializer(parameters[1], zero);
        }

        string rounded = Prefix + $"{name}/quantized";
        _nodes.Add(Node("QuantizeLinear", [from, .. parameters], rounded));
        _nodes.Add(Node("DequantizeLinear", [rounded, .. parameters], to));
    }

    /// <summary>Writes whole numbers and what makes real ones of them, with a scale for each of the first axis; returns the name of those.</summary>
    private string WriteConstant(string name, Tensor numbers, Tensor scales)
    {
        using Tensor zeros = zeros_like(scales, numbers.dtype);
        string[] inputs = [WriteInitializer($"{name}/quantized", numbers), WriteInitializer($"{name}/scale", scales), WriteInitializer($"{name}/zero_point", zeros)];
        NodeProto node = Node("DequantizeLinear", inputs, name);
        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        _nodes.Add(node);
        return name;
    }

    private string WriteInitializer(string name, Tensor values)
    {
        TensorProto proto = new() { Name = name };
        proto.Dims.Add(values.shape);
        OnnxTensors.Write(proto, values);
        _graph.Initializer.Add(proto);
        return name;
    }

    private static NodeProto Node(string type, string[] inputs, string output)
    {
        NodeProto node = new() { OpType = type };
        node.Input.Add(inputs);
        node.Output.Add(output);
        return node;
    }

    /// <summary>Removes what the weights were before.</summary>
    private void RemoveUnread()
    {
        HashSet<string> read = [.. _graph.Node.SelectMany(node => node.Input), .. _graph.Output.Select(output => output.Name)];
        foreach (TensorProto proto in _constants.Values.Where(proto => !read.Contains(proto.Name)))
        {
            _graph.Initializer.Remove(proto);
        }
    }
}
