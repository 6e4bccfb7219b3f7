using Captioning.Trainer.Training;
using Onnx;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>A node of an ONNX graph with one output.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, AttributeProto> _attributes;

    public OnnxNode(NodeProto proto)
    {
        Type = proto.OpType;
        Name = proto.Name.Length > 0 ? proto.Name : proto.Output[0];
        Inputs = [.. proto.Input];
        Output = proto.Output[0];
        _attributes = proto.Attribute.ToDictionary(attribute => attribute.Name);
    }

    public string Type { get; }

    public string Name { get; }

    /// <summary>Names of what goes in; empty for what is left out.</summary>
    public string[] Inputs { get; set; }

    public string Output { get; set; }

    /// <summary>Whether the operator may write over its first input, which nobody else reads.</summary>
    public bool IsInPlace { get; set; }

    /// <summary>The batch normalization that this convolution does, too.</summary>
    public OnnxNode? Normalization { get; set; }

    /// <summary>Padding that a Pad in front of this convolution made: top, left, bottom, right.</summary>
    public long[] Padding { get; set; } = [0, 0, 0, 0];

    public long Integer(string name, long otherwise) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.I : otherwise;

    public double Number(string name, double otherwise) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.F : otherwise;

    public string Text(string name, string otherwise) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.S.ToStringUtf8() : otherwise;

    public long[]? Integers(string name) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? [.. attribute.Ints] : null;

    public double? Number(string name) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.F : null;

    public TensorProto? Tensor(string name) => _attributes.GetValueOrDefault(name)?.T;

    /// <summary>What older versions of an operator have as an attribute and newer ones as an input.</summary>
    public long[]? Integers(string name, Tensor?[] inputs, int input) =>
        inputs.Length > input && inputs[input] is { } given ? Values(given) : Integers(name);

    /// <summary>Numbers of an int64 or int32 tensor.</summary>
    public static long[] Values(Tensor tensor)
    {
        using Tensor wide = tensor.to_type(ScalarType.Int64, copy: true);
        return wide.data<long>().ToArray();
    }

    /// <summary>The exception that says why this node stands in the way.</summary>
    /// <param name="why">Goes on from "its node 'x'".</param>
    public TrainingException Refuse(string why) => new($"The encoder cannot be trained: its node '{Name}' {why}.");
}
