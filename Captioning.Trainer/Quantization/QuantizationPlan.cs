using Captioning.Trainer.Export;
using Onnx;

namespace Captioning.Trainer.Quantization;

/// <summary>
/// Which nodes of a graph compute with int8: convolutions with constant weights, and sums and maxima of what they give. A ReLU or Clip behind one of them becomes a part of it:
/// numbers outside its bounds have no place in the range of its output.
/// </summary>
internal sealed class QuantizationPlan
{
    private readonly HashSet<string> _convolutions;
    private readonly HashSet<string> _outputs = [];
    private readonly HashSet<string> _entries = [];
    private readonly Dictionary<string, string> _origins = [];

    /// <param name="graph">A graph from <see cref="PlainGraph"/>.</param>
    /// <param name="floatFirst">So many convolutions, from the pixels on, stay in float32.</param>
    /// <param name="floatLast">So many convolutions before the end stay in float32.</param>
    /// <exception cref="ExportException">Nothing is left to quantize.</exception>
    public QuantizationPlan(GraphProto graph, int floatFirst, int floatLast)
    {
        HashSet<string> constants = [.. graph.Initializer.Select(tensor => tensor.Name)];
        NodeProto[] convolutions = [.. graph.Node.Where(node => node.OpType == "Conv" && node.Input.Skip(1).All(constants.Contains))];
        if (floatFirst + floatLast >= convolutions.Length)
        {
            throw new ExportException(convolutions.Length == 0
                ? "The encoder cannot be quantized: its graph has no convolutions with constant weights."
                : $"The encoder has {convolutions.Length} convolutions with constant weights; if {floatFirst + floatLast} stay in float32, none is quantized.");
        }

        _convolutions = [.. convolutions[floatFirst..^floatLast].Select(node => node.Output[0])];
        foreach (NodeProto node in graph.Node)
        {
            bool isQuantized = node.OpType switch
            {
                "Conv" => IsConvolution(node),
                "Add" => node.Input.All(_outputs.Contains),
                "MaxPool" => node.Output.Count == 1 && _outputs.Contains(node.Input[0]),
                _ => false,
            };
            if (!isQuantized)
            {
                continue;
            }

            string output = Activated(graph, node.Output[0]);
            if (node.OpType == "Conv" && !_outputs.Contains(node.Input[0]))
            {
                _entries.Add(node.Input[0]);
            }
            else if (node.OpType == "MaxPool")
            {
                // Of numbers that are there already; the runtime wants one scale for both then.
                output = node.Output[0];
                _origins.Add(output, Origin(node.Input[0]));
            }

            _outputs.Add(output);
        }
    }

    /// <summary>The tensors that go through a byte.</summary>
    public IReadOnlyCollection<string> Tensors => [.. _outputs, .. _entries];

    /// <summary>Whether a node is a convolution that computes with int8.</summary>
    public bool IsConvolution(NodeProto node) => _convolutions.Contains(node.Output[0]);

    /// <summary>Whether a tensor is given by nodes that compute with int8.</summary>
    public bool IsOutput(string tensor) => _outputs.Contains(tensor);

    /// <summary>Whether a tensor is float32 that a node reads as int8.</summary>
    public bool IsEntry(string tensor) => _entries.Contains(tensor);

    /// <summary>The tensor whose range a tensor has.</summary>
    public string Origin(string tensor) => _origins.GetValueOrDefault(tensor, tensor);

    /// <summary>The output of the activation that alone reads a value; the value itself where something else reads it.</summary>
    private static string Activated(GraphProto graph, string value)
    {
        NodeProto[] readers = [.. graph.Node.Where(node => node.Input.Contains(value))];
        return readers is [{ OpType: "Relu" or "Clip" } activation] && graph.Output.All(output => output.Name != value) && activation.Input[0] == value ? activation.Output[0] : value;
    }
}
