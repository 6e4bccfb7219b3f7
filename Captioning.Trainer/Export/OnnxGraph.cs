using System.Runtime.InteropServices;
using Captioning.Trainer.Models;
using Google.Protobuf;
using Onnx;
using static TorchSharp.torch;

namespace Captioning.Trainer.Export;

/// <summary>Writes an ONNX graph node by node. Matrices are kept as float16 behind a Cast, which runtimes fold when they load.</summary>
internal sealed class OnnxGraph
{
    private const int Opset = 17;
    private const int IrVersion = 8;

    private readonly GraphProto _graph = new();

    public OnnxGraph(string name) => _graph.Name = name;

    /// <summary>Takes in another graph.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="prefix">Comes before all names in it.</param>
    /// <param name="shared">Its inputs that keep their names; they are declared once.</param>
    /// <param name="inner">Its outputs that are none of this graph.</param>
    /// <exception cref="ExportException">It was written for another opset, or has graphs within.</exception>
    public void Add(ModelProto model, string prefix, IReadOnlyCollection<string> shared, params IReadOnlyCollection<string> inner)
    {
        if (model.OpsetImport.Any(set => set.Domain.Length > 0 || set.Version != Opset) || model.Graph.Node.SelectMany(node => node.Attribute).Any(attribute => attribute.G is not null))
        {
            throw new ExportException($"Only graphs of plain operators of opset {Opset} can be joined; {model.Graph.Name} is another.");
        }

        GraphProto graph = model.Graph.Clone();
        foreach (NodeProto node in graph.Node)
        {
            node.Name = Name(node.Name);
            Rename(node.Input);
            Rename(node.Output);
        }

        foreach (TensorProto weight in graph.Initializer)
        {
            weight.Name = Name(weight.Name);
        }

        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output))
        {
            value.Name = Name(value.Name);
        }

        _graph.Node.Add(graph.Node);
        _graph.Initializer.Add(graph.Initializer);
        _graph.Input.Add(graph.Input.Where(input => !_graph.Input.Any(known => known.Name == input.Name)));
        _graph.Output.Add(graph.Output.Where(output => !inner.Contains(output.Name[prefix.Length..])));

        string Name(string name) => name.Length == 0 || shared.Contains(name) ? name : prefix + name;

        void Rename(IList<string> names)
        {
            for (int i = 0; i < names.Count; i++)
            {
                names[i] = Name(names[i]);
            }
        }
    }

    /// <summary>Declares an input; a size of letters is open.</summary>
    public void Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<string> shape) => _graph.Input.Add(Describe(name, type, shape));

    /// <summary>Declares a float32 output; a size of letters is open.</summary>
    public void Output(string name, params ReadOnlySpan<string> shape) => _graph.Output.Add(Describe(name, TensorProto.Types.DataType.Float, shape));

    /// <summary>Adds a weight, already rounded as <see cref="WeightSet.Exported"/> gives it.</summary>
    /// <returns>The name to use it by.</returns>
    public string Weight(string name, Tensor values)
    {
        bool half = WeightSet.IsHalf(values);
        using Tensor stored = values.to_type(half ? ScalarType.Float16 : ScalarType.Float32).cpu().contiguous();
        TensorProto tensor = new()
        {
            Name = half ? name + ".float16" : name,
            DataType = (int)(half ? TensorProto.Types.DataType.Float16 : TensorProto.Types.DataType.Float),
            RawData = ByteString.CopyFrom(stored.bytes),
        };
        tensor.Dims.Add(stored.shape);
        _graph.Initializer.Add(tensor);
        return half ? Node("Cast", [tensor.Name], name, ("to", (long)TensorProto.Types.DataType.Float)) : name;
    }

    /// <summary>Adds int64 numbers.</summary>
    public string Integers(string name, params long[] values)
    {
        TensorProto tensor = new()
        {
            Name = name, DataType = (int)TensorProto.Types.DataType.Int64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
        };
        tensor.Dims.Add(values.Length);
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string type, IEnumerable<string> inputs, string output, params (string Name, object Value)[] attributes)
    {
        Node(type, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node.</summary>
    public void Node(string type, IEnumerable<string> inputs, IReadOnlyList<string> outputs, params (string Name, object Value)[] attributes)
    {
        NodeProto node = new() { OpType = type, Name = outputs[0] };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        node.Attribute.Add(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        _graph.Node.Add(node);
    }

    public byte[] ToBytes()
    {
        ModelProto model = new() { IrVersion = IrVersion, ProducerName = "captioning-trainer", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = Opset });
        return model.ToByteArray();
    }

    private static AttributeProto Attribute(string name, object value)
    {
        AttributeProto attribute = new() { Name = name };
        if (value is long[] list)
        {
            attribute.Type = AttributeProto.Types.AttributeType.Ints;
            attribute.Ints.Add(list);
        }
        else
        {
            attribute.Type = AttributeProto.Types.AttributeType.Int;
            attribute.I = (long)value;
        }

        return attribute;
    }

    private static ValueInfoProto Describe(string name, TensorProto.Types.DataType type, ReadOnlySpan<string> shape)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (string size in shape)
        {
            tensor.Shape.Dim.Add(long.TryParse(size, out long value)
                ? new TensorShapeProto.Types.Dimension { DimValue = value }
                : new TensorShapeProto.Types.Dimension { DimParam = size });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
