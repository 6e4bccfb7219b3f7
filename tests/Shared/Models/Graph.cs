using Google.Protobuf;
using Onnx;

namespace Captioning.Tests.Models;

/// <summary>Writes small ONNX graphs, so that tests have models of which every number is known.</summary>
internal sealed class Graph
{
    private readonly GraphProto _graph = new() { Name = "test" };

    public Graph Input(string name, TensorProto.Types.DataType type, params string[] shape)
    {
        _graph.Input.Add(Value(name, type, shape));
        return this;
    }

    public Graph Output(string name, params string[] shape)
    {
        _graph.Output.Add(Value(name, TensorProto.Types.DataType.Float, shape));
        return this;
    }

    public Graph Constant(string name, float[] values, params long[] shape)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.FloatData.Add(values);
        tensor.Dims.Add(shape);
        _graph.Initializer.Add(tensor);
        return this;
    }

    public Graph Constant(string name, params long[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        tensor.Int64Data.Add(values);
        tensor.Dims.Add(values.Length);
        _graph.Initializer.Add(tensor);
        return this;
    }

    public Graph Node(string op, string inputs, string output, params (string Name, long Value)[] attributes)
    {
        NodeProto node = new() { OpType = op, Name = output };
        node.Input.Add(inputs.Split(' '));
        node.Output.Add(output);
        foreach ((string name, long value) in attributes)
        {
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
        }

        _graph.Node.Add(node);
        return this;
    }

    public byte[] ToBytes()
    {
        ModelProto model = new() { IrVersion = 8, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = 18 });
        return model.ToByteArray();
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, string[] shape)
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
