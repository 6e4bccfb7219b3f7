using Captioning.Trainer.Encoders;
using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Encoders;

[Collection("torch")]
public sealed class EncoderNetworkTests : IDisposable
{
    private readonly SmallGraph _graph = new();

    public void Dispose() => _graph.Dispose();

    [Theory]
    [InlineData("efficientnet-lite2-260.onnx")]
    [InlineData("efficientnet-lite2-260-flickr8k.onnx")]
    [InlineData("xception-299.onnx")]
    [Trait("Needs", "shared")]
    public void Read_SharedEncoder_GivesWhatOnnxRuntimeGives(string name)
    {
        byte[] file = File.ReadAllBytes(Repository.Shared("encoders", name));

        using EncoderNetwork network = EncoderNetwork.Read(file);

        Assert.InRange(EncoderParity.Measure(network, file).Difference, 0, EncoderParity.Tolerance);
        Assert.Equal(EncoderGraph.Parse(file).Graph.Initializer.Select(tensor => tensor.Name).Order(), network.Weights.Layout.Select(part => part.Name).Order());
    }

    /// <summary>Reading compares with ONNX Runtime; the tolerance here is tighter.</summary>
    [Theory]
    [MemberData(nameof(Graphs))]
    public void Read_Operator_GivesWhatOnnxRuntimeGives(string name)
    {
        byte[] file = _graph.ToFile(Operators[name](_graph));

        using EncoderNetwork network = EncoderNetwork.Read(file);

        Assert.InRange(EncoderParity.Measure(network, file).Difference, 0, 1e-5);
    }

    [Fact]
    public void Read_UnknownOperator_NamedWithItsNode()
    {
        _graph.Node("Softplus", [Conv(_graph, "x", 4)], "soft");

        TrainingException e = Assert.Throws<TrainingException>(() => EncoderNetwork.Read(_graph.ToFile("soft")));

        Assert.Contains("'node/soft' is a 'Softplus'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OperatorThatNoOutputNeeds_NoMatter()
    {
        string output = Conv(_graph, "x", 4);
        _graph.Node("Softplus", [output], "soft");

        EncoderNetwork.Read(_graph.ToFile(output)).Dispose();
    }

    [Fact]
    public void Read_NoOnnxFile_Refused() => Assert.Throws<TrainingException>(() => EncoderNetwork.Read([1, 2, 3]));

    [Fact]
    public void Check_OtherWeights_Refused()
    {
        byte[] file = _graph.ToFile(Conv(_graph, "x", 4));
        using EncoderNetwork network = EncoderNetwork.Read(file);
        using (no_grad())
        {
            network.Weights.Values.mul_(1.001);
        }

        TrainingException e = Assert.Throws<TrainingException>(() => EncoderParity.Check(network, file));

        Assert.Contains("'conv'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Backward_GradientsAreFiniteDifferences()
    {
        // All kinds of weights: convolutions with batch normalization or bias, full and per channel, a normalization by itself, scales, and a matrix.
        string stem = _graph.Node("Clip", [Normalized(_graph, Conv(_graph, "x", 6), 6)], "clip", ("min", 0f), ("max", 6f));
        string deep = _graph.Node("Conv", [stem, _graph.Weight("deep.w", 6, 1, 3, 3), _graph.Weight("deep.b", 6)], "deep", ("group", 6L), ("auto_pad", "SAME_UPPER"));
        string scaled = _graph.Node("Mul", [deep, _graph.Positive("scale", 1)], "scaled");
        string sum = _graph.Node("Add", [scaled, stem], "sum");
        string gated = _graph.Node("Mul", [sum, _graph.Node("Sigmoid", [sum], "gate")], "gated");
        string alone = Normalized(_graph, gated, 6, "alone");
        string pooled = _graph.Node("Flatten", [_graph.Node("GlobalAveragePool", [alone], "pool")], "flat");
        byte[] file = _graph.ToFile(_graph.Node("Gemm", [pooled, _graph.Weight("head.w", 5, 6), _graph.Weight("head.b", 5)], "head", ("transB", 1L)), opset: 10);
        using EncoderNetwork network = EncoderNetwork.Read(file);
        using Tensor images = EncoderParity.Pictures(network.Rows, network.Columns);
        using Tensor direction = tensor(new float[] { 1, -2, 3, 1, 2 });

        using (Tensor loss = Loss())
        {
            loss.backward();
        }

        float[] gradients = [.. network.Weights.Gradients.data<float>()];
        Assert.Equal(["conv.w", "conv.b", "norm.scale", "norm.shift", "deep.w", "deep.b", "alone.scale", "alone.shift", "head.w", "head.b"], network.Weights.Layout.Select(part => part.Name));
        const float Step = 1e-2f;
        using IDisposable guard = no_grad();
        for (int i = 0; i < gradients.Length; i++)
        {
            float original = network.Weights.Values[i].ToSingle();
            double above = At(original + Step);
            double below = At(original - Step);
            network.Weights.Values[i] = original;
            Assert.Equal((above - below) / (2 * Step), gradients[i], 2e-2 * Math.Max(1, Math.Abs(gradients[i])));

            double At(float value)
            {
                network.Weights.Values[i] = value;
                using Tensor loss = Loss();
                return loss.ToDouble();
            }
        }

        Tensor Loss()
        {
            using DisposeScope scope = NewDisposeScope();
            return (network.Run(images)["head"] * direction).sum().MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void Read_FrozenLayers_OnlyTheOthersAreTrained()
    {
        string first = Conv(_graph, "x", 4);
        byte[] file = _graph.ToFile(_graph.Node("Conv", [_graph.Node("Relu", [first], "relu"), _graph.Weight("second", 5, 4, 1, 1)], "out"));

        using EncoderNetwork network = EncoderNetwork.Read(file, frozenLayers: 1);

        Assert.Equal(["second"], network.Weights.Layout.Select(part => part.Name));
        Assert.Throws<TrainingException>(() => EncoderNetwork.Read(file, frozenLayers: 2));
    }

    [Fact]
    public void Run_BFloat16_AboutTheSame()
    {
        byte[] file = _graph.ToFile(_graph.Node("Relu", [Normalized(_graph, Conv(_graph, "x", 16), 16)], "out"));
        using EncoderNetwork network = EncoderNetwork.Read(file);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        Tensor images = EncoderParity.Pictures(network.Rows, network.Columns);
        Tensor exact = network.Run(images)["out"];

        network.Precision = ScalarType.BFloat16;

        Tensor rounded = network.Run(images)["out"];
        Assert.Equal(ScalarType.Float32, rounded.dtype);
        Assert.InRange(EncoderParity.Difference(exact, rounded), 1e-5, 0.02);
        Assert.Equal(exact.data<float>().ToArray(), network.RunExactly(images)["out"].data<float>().ToArray());
    }

    public static TheoryData<string> Graphs => [.. Operators.Keys];

    private static readonly Dictionary<string, Func<SmallGraph, string>> Operators = new()
    {
        ["convolution with strides and dilations"] = g => g.Node(
            "Conv", ["x", g.Weight("w", 4, 3, 3, 2), g.Weight("b", 4)], "y", ("strides", new long[] { 2, 1 }), ("dilations", new long[] { 1, 2 }), ("pads", new long[] { 1, 2, 1, 2 })),
        ["convolution with uneven padding"] = g => g.Node("Conv", ["x", g.Weight("w", 4, 3, 3, 3)], "y", ("strides", new long[] { 2, 2 }), ("pads", new long[] { 0, 1, 1, 2 })),
        ["convolution in groups, SAME_UPPER"] = g => g.Node("Conv", ["x", g.Weight("w", 6, 1, 4, 4)], "y", ("group", 3L), ("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER")),
        ["convolution in groups, SAME_LOWER"] = g => g.Node("Conv", ["x", g.Weight("w", 6, 1, 4, 4)], "y", ("group", 3L), ("strides", new long[] { 3, 2 }), ("auto_pad", "SAME_LOWER")),
        ["convolution of many channels"] = g => g.Node("Conv", [Conv(g, "x", 720), g.Weight("w", 208, 720, 1, 1)], "y"),
        ["convolution behind even padding"] = g => g.Node("Conv", [g.Node("Pad", ["x", g.Numbers("p", 0, 0, 1, 2, 0, 0, 1, 2)], "padded"), g.Weight("w", 4, 3, 3, 3)], "y"),
        ["convolution behind uneven padding"] = g => g.Node("Conv", [g.Node("Pad", ["x", g.Numbers("p", 0, 0, 0, 1, 0, 0, 2, 1)], "padded"), g.Weight("w", 4, 3, 3, 3)], "y"),
        ["convolution behind padding of batches"] = g => g.Node("Conv", [g.Node("Pad", ["x", g.Numbers("p", 1, 0, 1, 1, 0, 0, 1, 1)], "padded"), g.Weight("w", 4, 3, 3, 3)], "y"),
        ["padding with a number"] = g => Conv(g, g.Node("Pad", ["x", g.Numbers("p", 0, 0, 1, 1, 0, 0, 1, 1), g.Constant("v", 0.5f)], "padded"), 4),
        ["padding by reflection"] = g => Conv(g, g.Node("Pad", ["x", g.Numbers("p", 0, 0, 1, 2, 0, 0, 3, 1)], "padded", ("mode", "reflect")), 4),
        ["padding with the edge"] = g => Conv(g, g.Node("Pad", ["x", g.Numbers("p", 0, 0, 1, 2, 0, 0, 3, 1)], "padded", ("mode", "edge")), 4),
        ["normalization behind a convolution with bias"] = g => Normalized(g, Conv(g, "x", 5), 5),
        ["normalization behind a convolution without bias"] = g => Normalized(g, g.Node("Conv", ["x", g.Weight("w", 5, 3, 3, 3)], "y"), 5),
        ["normalization of a value that others read"] = g =>
        {
            string conv = Conv(g, "x", 5);
            return g.Node("Add", [conv, Normalized(g, conv, 5)], "y");
        },
        ["activation of a value that others read"] = g =>
        {
            string conv = Conv(g, "x", 5);
            return g.Node("Sub", [conv, g.Node("Relu", [conv], "relu")], "y");
        },
        ["clip to numbers"] = g => g.Node("Clip", [Conv(g, "x", 5), g.Constant("least", -0.2f), g.Constant("most", 0.3f)], "y"),
        ["clip from below"] = g => g.Node("Clip", [Conv(g, "x", 5), g.Constant("least", -0.2f)], "y"),
        ["sigmoid gate"] = g =>
        {
            string conv = Conv(g, "x", 5);
            return g.Node("Mul", [conv, g.Node("Sigmoid", [conv], "gate")], "y");
        },
        ["hard swish"] = g => g.Node("HardSwish", [Conv(g, "x", 5)], "y"),
        ["hard sigmoid"] = g => g.Node("HardSigmoid", [Conv(g, "x", 5)], "y", ("alpha", 0.3f)),
        ["maximum pool"] = g => g.Node("MaxPool", [Conv(g, "x", 5)], "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })),
        ["maximum pool with uneven padding, rounded up"] = g => g.Node(
            "MaxPool", [Conv(g, "x", 5)], "y", ("kernel_shape", new long[] { 3, 2 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 0, 0, 1, 1 }), ("ceil_mode", 1L)),
        ["average pool"] = g => g.Node("AveragePool", [Conv(g, "x", 5)], "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })),
        ["average pool that counts its padding"] = g => g.Node("AveragePool", [Conv(g, "x", 5)], "y", ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }), ("count_include_pad", 1L)),
        ["average pool with uneven padding"] = g => g.Node("AveragePool", [Conv(g, "x", 5)], "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER")),
        ["average pool that counts its uneven padding"] = g => g.Node("AveragePool", [Conv(g, "x", 5)], "y", ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 0, 1, 2, 0 }), ("count_include_pad", 1L)),
        ["squeeze and excitation"] = g =>
        {
            string conv = Conv(g, "x", 6);
            string squeezed = g.Node("Relu", [g.Node("Conv", [g.Node("GlobalAveragePool", [conv], "pool"), g.Weight("s", 2, 6, 1, 1)], "s1")], "s2");
            return g.Node("Mul", [conv, g.Node("Sigmoid", [g.Node("Conv", [squeezed, g.Weight("e", 6, 2, 1, 1)], "e1")], "e2")], "y");
        },
        ["mean over the picture"] = g => g.Node("ReduceMean", [Conv(g, "x", 5)], "y", ("axes", new long[] { 2, -1 }), ("keepdims", 0L)),
        ["regions by arithmetic of shapes"] = g =>
        {
            string conv = Conv(g, "x", 5);
            string shape = g.Node("Shape", [conv], "shape");
            string batch = g.Node("Unsqueeze", [g.Node("Gather", [shape, g.Numbers("zero", 0)], "g"), g.Numbers("axis", 0)], "u");
            string first = g.Node("Squeeze", [batch, g.Numbers("axis1", 1)], "f");
            string rest = g.Node("Slice", [shape, g.Numbers("one", 1), g.Numbers("two", 2), g.Numbers("axis2", 0)], "r");
            string target = g.Node("Concat", [first, rest, g.Numbers("all", -1)], "target", ("axis", 0L));
            return g.Node("Transpose", [g.Node("Reshape", [conv, target], "shaped")], "y", ("perm", new long[] { 0, 2, 1 }));
        },
        ["slice backwards"] = g => Conv(g, g.Node("Slice", ["x", g.Numbers("s", -1, 1), g.Numbers("e", long.MinValue + 1, 9), g.Numbers("a", 3, 2), g.Numbers("st", -2, 3)], "cut"), 4),
        ["concatenated branches"] = g => g.Node("Concat", [Conv(g, "x", 5), g.Node("Conv", ["x", g.Weight("w2", 2, 3, 3, 3)], "c2", ("pads", new long[] { 1, 1, 1, 1 }))], "y", ("axis", 1L)),
        ["weight as float16 behind a cast"] = g =>
        {
            using Tensor weight = randn(4, 3, 3, 3).to_type(ScalarType.Float16);
            return g.Node("Conv", ["x", g.Node("Cast", [g.Initializer("w16", weight)], "w", ("to", 1L))], "y");
        },
        ["weight behind a transposition"] = g => g.Node("Gemm", [g.Node("Flatten", ["x"], "flat"), g.Node("Transpose", [g.Weight("w", 6, 3 * 11 * 13)], "wt")], "y"),
        ["dropout at inference"] = g => g.Node("Dropout", [g.Node("Identity", [Conv(g, "x", 4)], "same")], "y"),
    };

    private static string Conv(SmallGraph graph, string input, long channels) =>
        graph.Node("Conv", [input, graph.Weight("conv.w", channels, 3, 3, 3), graph.Weight("conv.b", channels)], "conv", ("pads", new long[] { 1, 1, 1, 1 }));

    private static string Normalized(SmallGraph graph, string input, long channels, string name = "norm") => graph.Node(
        "BatchNormalization",
        [input, graph.Positive($"{name}.scale", channels), graph.Weight($"{name}.shift", channels), graph.Weight($"{name}.mean", channels), graph.Positive($"{name}.variance", channels)],
        name,
        ("epsilon", 1e-3f));
}
