using Google.Protobuf;
using Onnx;
using TorchSharp;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Encoders;

/// <summary>Builds the graph of a small encoder node by node. The pixels come in as <c>x</c>, float32 [n, 3, rows, columns] from -1 to 1.</summary>
internal sealed class SmallGraph : IDisposable
{
    private readonly GraphProto _graph = new() { Name = "small" };
    private readonly Generator _random = new(7);

    public SmallGraph(int rows = 11, int columns = 13)
    {
        ValueInfoProto input = new() { Name = "image", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Uint8, Shape = new TensorShapeProto() } } };
        input.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        input.Type.TensorType.Shape.Dim.Add([.. new[] { rows, columns, 3 }.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size })]);
        _graph.Input.Add(input);
        Node("Cast", ["image"], "float", ("to", 1L));
        Node("Transpose", ["float"], "picture", ("perm", new long[] { 0, 3, 1, 2 }));
        Node("Sub", ["picture", Constant("middle", 127.5f)], "centred");
        Node("Div", ["centred", Constant("range", 127.5f)], "x");
    }

    /// <summary>Adds a node and returns its output's name.</summary>
    public string Node(string type, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        NodeProto node = new() { OpType = type, Name = $"node/{output}" };
        node.Input.Add(inputs);
        node.Output.Add(output);
        node.Attribute.Add(attributes.Select(attribute => attribute.Value switch
        {
            long integer => new AttributeProto { Name = attribute.Name, Type = AttributeProto.Types.AttributeType.Int, I = integer },
            float number => new AttributeProto { Name = attribute.Name, Type = AttributeProto.Types.AttributeType.Float, F = number },
            string text => new AttributeProto { Name = attribute.Name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
            TensorProto tensor => new AttributeProto { Name = attribute.Name, Type = AttributeProto.Types.AttributeType.Tensor, T = tensor },
            long[] integers => Integers(attribute.Name, integers),
            _ => throw new ArgumentException($"an attribute has the type {attribute.Value.GetType()}", nameof(attributes)),
        }));
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds a random weight as an initializer.</summary>
    public string Weight(string name, params long[] shape)
    {
        long inputs = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        using Tensor values = randn(shape, generator: _random) / Math.Sqrt(inputs);
        return Initializer(name, values);
    }

    /// <summary>Adds positive numbers: variances and scales.</summary>
    public string Positive(string name, long size)
    {
        using Tensor values = rand(size, generator: _random) + 0.5;
        return Initializer(name, values);
    }

    public string Initializer(string name, Tensor values)
    {
        TensorProto tensor = Tensor(values);
        tensor.Name = name;
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds int64 numbers as an initializer.</summary>
    public string Numbers(string name, params long[] values)
    {
        using Tensor numbers = tensor(values);
        return Initializer(name, numbers);
    }

    /// <summary>Adds a number as a Constant node.</summary>
    public string Constant(string name, float value)
    {
        using Tensor number = tensor(value);
        return Node("Constant", [], name, ("value", Tensor(number)));
    }

    /// <summary>The file.</summary>
    /// <param name="output">The value that it gives.</param>
    /// <param name="opset">The version of the operators.</param>
    /// <param name="more">Other values that it gives.</param>
    public byte[] ToFile(string output, int opset = 17, params string[] more)
    {
        ModelProto model = new() { IrVersion = 8, Graph = _graph.Clone() };
        model.Graph.Output.Add(more.Prepend(output).Select(
            name => new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float } } }));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        return model.ToByteArray();
    }

    public void Dispose() => _random.Dispose();

    private static AttributeProto Integers(string name, long[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }

    private static TensorProto Tensor(Tensor values)
    {
        using Tensor plain = values.contiguous();
        TensorProto tensor = new()
        {
            DataType = (int)(plain.dtype switch { ScalarType.Int64 => DataType.Int64, ScalarType.Float16 => DataType.Float16, _ => DataType.Float }),
            RawData = ByteString.CopyFrom(plain.bytes),
        };
        tensor.Dims.Add(plain.shape);
        return tensor;
    }
}
