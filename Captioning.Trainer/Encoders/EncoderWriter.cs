using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using Google.Protobuf;
using Onnx;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>
/// Writes a trained network as the graph that it was read from, with other weights in it. Weights with more than one axis are kept as float16 behind a Cast, which
/// runtimes fold when they load, as far as the outputs hardly change: about half the file.
/// </summary>
internal static class EncoderWriter
{
    /// <summary>The most that the outputs may change by in all, as a share of their norm, for weights to be kept as float16.</summary>
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
        using Tensor exact = network.Weights.Values.detach().clone();
        try
        {
            HashSet<string> halves = new HalfPrecision(network).Round(Candidates(network, model.Graph), HalfTolerance);
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
            using IDisposable guard = no_grad();
            network.Weights.Values.copy_(exact);
        }
    }

    /// <summary>The weights that the graph may have as float16.</summary>
    private static IEnumerable<string> Candidates(EncoderNetwork network, GraphProto graph)
    {
        HashSet<string> trained = [.. network.Weights.Layout.Select(part => part.Name)];
        HashSet<string> inputs = [.. graph.Input.Select(input => input.Name)];
        return graph.Initializer
            .Where(tensor => trained.Contains(tensor.Name) && ((DataType)tensor.DataType == DataType.Float16 || (tensor.Dims.Count > 1 && !inputs.Contains(tensor.Name))))
            .Select(tensor => tensor.Name);
    }

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
