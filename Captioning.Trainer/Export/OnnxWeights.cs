using Captioning.Trainer.Training;
using Google.Protobuf;
using Onnx;
using static TorchSharp.torch;

namespace Captioning.Trainer.Export;

/// <summary>The weights of an ONNX graph; those that are kept as float16 behind a Cast go by the name of what comes out of it.</summary>
internal sealed class OnnxWeights
{
    private readonly Dictionary<string, TensorProto> _weights = [];
    private readonly Dictionary<string, NodeProto> _nodes = [];

    /// <param name="file">The graph's file.</param>
    /// <exception cref="TrainingException">It is none.</exception>
    public OnnxWeights(byte[] file)
    {
        GraphProto graph;
        try
        {
            graph = ModelProto.Parser.ParseFrom(file).Graph;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new TrainingException($"A graph of the model cannot be read: {e.Message}", e);
        }

        foreach (TensorProto weight in graph.Initializer)
        {
            _weights[weight.Name] = weight;
        }

        foreach (NodeProto node in graph.Node.Where(node => node.Output.Count > 0))
        {
            _nodes[node.Output[0]] = node;
            if (node.OpType == "Cast" && _weights.TryGetValue(node.Input[0], out TensorProto? half))
            {
                _weights[node.Output[0]] = half;
            }
        }
    }

    /// <summary>A weight by its name, as float32; null where there is none.</summary>
    public Tensor? Find(string name)
    {
        if (!_weights.TryGetValue(name, out TensorProto? weight)
            || weight.RawData.IsEmpty
            || (TensorProto.Types.DataType)weight.DataType is not (TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Float))
        {
            return null;
        }

        using Tensor stored = empty(
            [.. weight.Dims], (TensorProto.Types.DataType)weight.DataType == TensorProto.Types.DataType.Float16 ? ScalarType.Float16 : ScalarType.Float32);
        if (weight.RawData.Length != stored.bytes.Length)
        {
            return null;
        }

        weight.RawData.Span.CopyTo(stored.bytes);
        return stored.to_type(ScalarType.Float32, copy: true);
    }

    /// <summary>Some inputs of a weight [inputs, outputs] after others, each transposed, [outputs, count]; nulls where there is none of that size.</summary>
    public Tensor?[] Columns(string name, params ReadOnlySpan<long?> counts)
    {
        Tensor?[] parts = new Tensor?[counts.Length];
        Tensor? whole = Find(name)?.t();
        long at = 0;
        for (int i = 0; i < parts.Length && whole is not null && counts[i] is { } count && at + count <= whole.shape[1]; i++)
        {
            parts[i] = whole.narrow(1, at, count);
            at += count;
        }

        return at == whole?.shape[1] ? parts : new Tensor?[parts.Length];
    }

    /// <summary>The weight that something is multiplied by to give an output; null where there is none.</summary>
    public Tensor? Factor(string output) => _nodes.TryGetValue(output, out NodeProto? node) && node.Input.Count > 1 ? Find(node.Input[1]) : null;
}
