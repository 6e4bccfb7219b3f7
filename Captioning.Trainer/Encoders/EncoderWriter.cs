using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using Google.Protobuf;
using Onnx;
using TorchSharp;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>
/// Writes a trained network as the graph that it was read from, with other weights in it. Weights with more than one axis are kept as float16 behind a Cast, which
/// runtimes fold when they load: half the file.
/// </summary>
internal static class EncoderWriter
{
    /// <summary>A weight is kept as float16 where rounding it costs less than this share of its norm, and all are only where the outputs lose less than this share of theirs.</summary>
    public const double HalfTolerance = 0.005;

    private const string HalfSuffix = ".float16";

    /// <summary>Writes a network.</summary>
    /// <param name="network">The network; its weights are the same afterwards.</param>
    /// <param name="original">The file that it was read from.</param>
    /// <returns>The ONNX file.</returns>
    /// <exception cref="ExportException">The graph does not give what the network gives.</exception>
    public static byte[] Write(EncoderNetwork network, byte[] original)
    {
        ModelProto model = EncoderGraph.Parse(original);
        HashSet<string> halves = FindHalves(network, model.Graph);
        using Tensor exact = network.Weights.Values.detach().clone();
        try
        {
            if (halves.Count > 0 && !(Cost(network, halves) < HalfTolerance))
            {
                Restore();
                halves.Clear();
            }

            Replace(model.Graph, network.Weights, halves);
            byte[] file = model.ToByteArray();
            (string output, double difference) = EncoderParity.Measure(network, file);
            return difference <= EncoderParity.Tolerance
                ? file
                : throw new ExportException(
                    $"The exported encoder differs from the trained one: '{output}' by {difference:0.######} of its norm, more than {EncoderParity.Tolerance}. The model was not written.");
        }
        finally
        {
            Restore();
        }

        void Restore()
        {
            using IDisposable guard = no_grad();
            network.Weights.Values.copy_(exact);
        }
    }

    /// <summary>The weights that lose little as float16, of those that the graph may have as such.</summary>
    private static HashSet<string> FindHalves(EncoderNetwork network, GraphProto graph)
    {
        using DisposeScope scope = NewDisposeScope();
        HashSet<string> halves = [];
        ILookup<string, NodeProto> readers = graph.Node.SelectMany(node => node.Input.Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node);
        foreach (TensorProto tensor in graph.Initializer.Where(tensor => network.Weights.Layout.Any(part => part.Name == tensor.Name)))
        {
            bool isHalf = (DataType)tensor.DataType == DataType.Float16;
            bool canBeHalf = tensor.Dims.Count > 1 && graph.Input.All(input => input.Name != tensor.Name);
            Tensor weight = network.Weights[tensor.Name].detach();
            if ((isHalf || canBeHalf) && EncoderParity.Difference(weight, Round(weight)) < HalfTolerance)
            {
                halves.Add(tensor.Name);
            }
        }

        return halves;
    }

    /// <summary>Rounds weights, and says what that costs.</summary>
    private static double Cost(EncoderNetwork network, HashSet<string> halves)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        Tensor pictures = EncoderParity.Pictures(network.Rows, network.Columns);
        IReadOnlyDictionary<string, Tensor> exact = network.RunExactly(pictures);
        foreach (string name in halves)
        {
            network.Weights[name].copy_(Round(network.Weights[name]));
        }

        IReadOnlyDictionary<string, Tensor> rounded = network.RunExactly(pictures);
        return exact.Max(output => EncoderParity.Difference(output.Value, rounded[output.Key]));
    }

    private static Tensor Round(Tensor weight) => weight.to_type(ScalarType.Float16).to_type(ScalarType.Float32);

    private static void Replace(GraphProto graph, WeightSet weights, HashSet<string> halves)
    {
        foreach ((string name, _) in weights.Layout)
        {
            using Tensor weight = weights[name].detach();
            TensorProto? tensor = graph.Initializer.FirstOrDefault(tensor => tensor.Name == name);
            if (tensor is null)
            {
                OnnxTensors.Write(EncoderGraph.Value(graph.Node.Single(node => node.Output.Contains(name)))!, weight);
                continue;
            }

            bool wasHalf = (DataType)tensor.DataType == DataType.Float16;
            bool isHalf = halves.Contains(name);
            using Tensor stored = weight.to_type(isHalf ? ScalarType.Float16 : ScalarType.Float32, copy: true);
            OnnxTensors.Write(tensor, stored);
            if (isHalf && !wasHalf)
            {
                tensor.Name = name + HalfSuffix;
                NodeProto cast = new() { OpType = "Cast", Name = $"{name}.cast" };
                cast.Input.Add(tensor.Name);
                cast.Output.Add(name);
                cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)DataType.Float });
                graph.Node.Insert(0, cast);
            }
        }
    }
}
