using Captioning.Trainer.Training;
using Google.Protobuf;
using Onnx;
using static Onnx.TensorProto.Types;

namespace Captioning.Trainer.Encoders;

/// <summary>The graph of a CNN: the nodes that its outputs need, the tensors that are in the file, and which of those are weights to learn.</summary>
internal sealed class EncoderGraph
{
    private readonly Dictionary<string, TensorProto> _tensors = [];
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<string[]> _layers = [];

    private EncoderGraph(GraphProto graph)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            _tensors[tensor.Name] = tensor;
        }

        ValueInfoProto[] inputs = [.. graph.Input.Where(input => !_tensors.ContainsKey(input.Name))];
        if (inputs is not [{ Type.TensorType: { ElemType: (int)DataType.Uint8, Shape.Dim: [_, { DimValue: > 0 and var rows }, { DimValue: > 0 and var columns }, { DimValue: 3 }] } }])
        {
            throw new TrainingException("The encoder cannot be trained: its graph has another input than a picture of bytes, [batch, size, size, 3].");
        }

        (Input, Rows, Columns) = (inputs[0].Name, rows, columns);
        Outputs = [.. graph.Output.Select(output => output.Name)];
        foreach (NodeProto proto in Needed(graph))
        {
            if (Value(proto) is { } value)
            {
                _tensors[proto.Output[0]] = value;
            }
            else
            {
                _nodes.Add(new OnnxNode(proto));
            }
        }

        MergeNormalizations();
        FindLayers();
    }

    /// <summary>The name of the graph's input: pixels, uint8 [n, rows, columns, 3].</summary>
    public string Input { get; }

    public long Rows { get; }

    public long Columns { get; }

    /// <summary>Names of the graph's outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The nodes, each behind those that it reads. A batch normalization is part of the convolution before it.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>The tensors in the file.</summary>
    public IReadOnlyDictionary<string, TensorProto> Tensors => _tensors;

    /// <summary>The names of the weights of each layer that has some, in the order in which a picture goes through them.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Layers => _layers;

    /// <summary>Reads the graph of a file.</summary>
    /// <exception cref="TrainingException">It cannot be trained.</exception>
    public static EncoderGraph Read(ModelProto model) => new(model.Graph);

    /// <summary>Parses a file.</summary>
    /// <exception cref="TrainingException">It is no ONNX file.</exception>
    public static ModelProto Parse(byte[] file)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new TrainingException($"The encoder's graph cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The tensor that a node holds; null where it is no constant.</summary>
    public static TensorProto? Value(NodeProto proto) => proto is { OpType: "Constant", Attribute: [{ Name: "value", T: { } value }] } ? value : null;

    private static Stack<NodeProto> Needed(GraphProto graph)
    {
        HashSet<string> wanted = [.. graph.Output.Select(output => output.Name)];
        Stack<NodeProto> needed = [];
        foreach (NodeProto proto in graph.Node.Reverse().Where(proto => proto.Output.Any(wanted.Contains)))
        {
            OnnxNode node = new(proto);
            if (proto.Domain is not ("" or "ai.onnx"))
            {
                throw node.Refuse($"is a '{proto.Domain}.{proto.OpType}', an operator that training does not know");
            }

            if (proto.OpType is "QuantizeLinear" or "DequantizeLinear")
            {
                throw node.Refuse($"is a '{proto.OpType}': the encoder is quantized. Train the one that it was made of");
            }

            if (proto.Output.Skip(1).Any(wanted.Contains))
            {
                throw node.Refuse($"is a '{proto.OpType}' of which another output than the first is used, which training does not know");
            }

            wanted.UnionWith(proto.Input);
            needed.Push(proto);
        }

        return needed;
    }

    /// <summary>In inference mode a batch normalization behind a convolution is a change of its weights.</summary>
    private void MergeNormalizations()
    {
        foreach (OnnxNode node in _nodes.Where(node => node.Type == "BatchNormalization" && node.Integer("training_mode", 0) == 0).ToArray())
        {
            OnnxNode? before = _nodes.Find(other => other.Output == node.Inputs[0]);
            if (before is { Type: "Conv" } && Readers(before.Output) == 1)
            {
                before.Inputs = [before.Inputs[0], before.Inputs[1], before.Inputs.ElementAtOrDefault(2) ?? "", .. node.Inputs[1..]];
                before.Output = node.Output;
                before.Normalization = node;
                _nodes.Remove(node);
            }
        }
    }

    private void FindLayers()
    {
        HashSet<string> learnt = [];
        foreach (OnnxNode node in _nodes)
        {
            int[] places = node.Type switch
            {
                "Conv" => node.Normalization is null ? [1, 2] : [1, 2, 3, 4],
                "BatchNormalization" => [1, 2],
                "Gemm" => [1, 2],
                "MatMul" => [0, 1],

                // What is done to pixels before the first weights is no layer.
                "Mul" or "Add" when node.Inputs.Any(learnt.Contains) => [0, 1],
                _ => [],
            };
            bool isScalar = node.Type is "Mul" or "Add";
            string[] weights = [.. places.Where(place => place < node.Inputs.Length).Select(place => Origin(node.Inputs[place])).OfType<string>().Where(name => !isScalar || Size(name) > 1)];
            if (weights.Length > 0)
            {
                _layers.Add(weights);
            }

            if (weights.Length > 0 || node.Inputs.Any(learnt.Contains))
            {
                learnt.Add(node.Output);
            }
        }
    }

    private long Size(string tensor) => _tensors[tensor].Dims.Aggregate(1L, (a, b) => a * b);

    /// <summary>The tensor of real numbers in the file that a value is, perhaps in another type or shape; null where it is something else.</summary>
    private string? Origin(string value)
    {
        while (!_tensors.ContainsKey(value))
        {
            OnnxNode? node = _nodes.Find(node => node.Output == value);
            if (node is not { Type: "Cast" or "Identity" or "Transpose" or "Reshape" or "Squeeze" or "Unsqueeze" })
            {
                return null;
            }

            value = node.Inputs[0];
        }

        return (DataType)_tensors[value].DataType is DataType.Float or DataType.Float16 ? value : null;
    }

    /// <summary>How many nodes and outputs read a value.</summary>
    public int Readers(string value) => _nodes.Sum(node => node.Inputs.Count(input => input == value)) + Outputs.Count(output => output == value);
}
