using Captioning.Trainer.Encoders;
using Captioning.Trainer.Export;
using Google.Protobuf;
using Onnx;
using TorchSharp;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Encoders;

[Collection("torch")]
public sealed class EncoderWriterTests : IDisposable
{
    private readonly SmallGraph _graph = new();

    public void Dispose() => _graph.Dispose();

    [Theory]
    [InlineData("efficientnet-lite2-260.onnx")]
    [InlineData("efficientnet-lite2-260-flickr8k.onnx")]
    [InlineData("xception-299.onnx")]
    [Trait("Needs", "shared")]
    public void Write_SharedEncoderWithOtherWeights_SameGraphWithThose(string name)
    {
        byte[] file = File.ReadAllBytes(Repository.Shared("encoders", name));
        using EncoderNetwork network = EncoderNetwork.Read(file);
        Change(network);

        byte[] written = EncoderWriter.Write(network, file);

        ModelProto before = EncoderGraph.Parse(file);
        ModelProto after = EncoderGraph.Parse(written);
        Assert.Equal(before.Graph.Node.Where(node => node.OpType != "Cast"), after.Graph.Node.Where(node => node.OpType != "Cast"));
        Assert.InRange(written.Length, 0, file.Length * 1.01);
        Assert.Equal((before.Graph.Input, before.Graph.Output), (after.Graph.Input, after.Graph.Output));
        (string _, double rounding) = EncoderParity.Measure(network, written);
        Assert.InRange(rounding, 1e-9, EncoderWriter.HalfTolerance);
        Assert.InRange(EncoderParity.Measure(network, file).Difference, EncoderParity.Tolerance, double.MaxValue);
    }

    [Fact]
    public void Write_SmallWeights_MatricesAsFloat16AndTheRestAsFloat32()
    {
        byte[] file = _graph.ToFile(_graph.Node("Conv", ["x", _graph.Weight("w", 4, 3, 3, 3), _graph.Weight("b", 4)], "y"));
        using EncoderNetwork network = EncoderNetwork.Read(file);
        Change(network);
        float[] weights = [.. network.Weights.Values.data<float>()];

        byte[] written = EncoderWriter.Write(network, file);

        Assert.Equal(weights, network.Weights.Values.data<float>().ToArray());
        GraphProto graph = EncoderGraph.Parse(written).Graph;
        Assert.Equal(DataType.Float16, (DataType)graph.Initializer[0].DataType);
        Assert.Equal(("Cast", "w"), (graph.Node[0].OpType, graph.Node[0].Output[0]));
        Assert.Equal(DataType.Float, (DataType)graph.Initializer[1].DataType);
        using EncoderNetwork again = EncoderNetwork.Read(written);
        Assert.Equal(weights[^4..], again.Weights.Values.data<float>().ToArray()[^4..]);
        Assert.Equal(weights.Select(weight => (float)(Half)weight).Take(108), again.Weights.Values.data<float>().ToArray().Take(108));
        Assert.Equal(written.Length, EncoderWriter.Write(again, written).Length);
    }

    [Fact]
    public void Write_WeightsBeyondFloat16_Float32()
    {
        using Tensor small = randn(4, 3, 3, 3).to_type(ScalarType.Float16);
        byte[] file = _graph.ToFile(_graph.Node("Conv", ["x", _graph.Node("Cast", [_graph.Initializer("w16", small)], "w", ("to", 1L))], "y"));
        using EncoderNetwork network = EncoderNetwork.Read(file);
        using (no_grad())
        {
            network.Weights.Values.mul_(1e6);
        }

        byte[] written = EncoderWriter.Write(network, file);

        Assert.Equal(DataType.Float, (DataType)EncoderGraph.Parse(written).Graph.Initializer.Single(tensor => tensor.Name == "w16").DataType);
        using EncoderNetwork again = EncoderNetwork.Read(written);
        Assert.Equal(network.Weights.Values.data<float>().ToArray(), again.Weights.Values.data<float>().ToArray());
    }

    [Fact]
    public void Write_WeightThatAsFloat16WouldChangeTheOutputsTooMuch_Float32()
    {
        // Of the small difference of two weights, what rounding takes from one of them is more than a hundredth.
        using Tensor ones = torch.ones(1, 3, 1, 1) * 1.00048;
        using Tensor nearly = torch.ones(1, 3, 1, 1) * 1.0205;
        string one = _graph.Node("Conv", ["x", _graph.Initializer("one", ones)], "a");
        byte[] file = _graph.ToFile(_graph.Node("Sub", [one, _graph.Node("Conv", ["x", _graph.Initializer("nearly", nearly)], "b")], "y"));
        using EncoderNetwork network = EncoderNetwork.Read(file);

        GraphProto graph = EncoderGraph.Parse(EncoderWriter.Write(network, file)).Graph;

        Assert.Equal(["nearly.float16", "one"], graph.Initializer.Select(tensor => tensor.Name).Order());
    }

    [Fact]
    public void Write_IntoAnotherGraph_Refused()
    {
        byte[] file = _graph.ToFile(_graph.Node("Relu", [_graph.Node("Conv", ["x", _graph.Weight("w", 4, 3, 3, 3)], "conv")], "y"));
        using EncoderNetwork network = EncoderNetwork.Read(file);
        ModelProto other = EncoderGraph.Parse(file);
        other.Graph.Node[^1].OpType = "Sigmoid";

        ExportException e = Assert.Throws<ExportException>(() => EncoderWriter.Write(network, other.ToByteArray()));

        Assert.Contains("'y'", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Moves each weight by about a hundredth.</summary>
    private static void Change(EncoderNetwork network)
    {
        using IDisposable guard = no_grad();
        using Generator generator = new(5);
        using Tensor factors = 1 + (0.02 * (rand(network.Weights.Values.shape, generator: generator) - 0.5));
        network.Weights.Values.mul_(factors);
    }
}
