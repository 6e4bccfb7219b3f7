using Captioning.Trainer.Encoders;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Encoders;

/// <summary>Which code computes a convolution depends on processor, type, shape and order in memory. Not all of it is right; these shapes must be.</summary>
[Collection("torch")]
public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(720, 208, 9, 1, 1, 0, 1)]
    [InlineData(352, 1280, 9, 1, 1, 0, 1)]
    [InlineData(96, 24, 33, 1, 1, 0, 1)]
    [InlineData(128, 96, 19, 1, 2, 0, 1)]
    [InlineData(3, 32, 61, 3, 2, 0, 1)]
    [InlineData(32, 64, 20, 3, 1, 1, 1)]
    [InlineData(64, 64, 21, 3, 2, 1, 1)]
    [InlineData(128, 256, 28, 3, 2, 1, 1)]
    [InlineData(256, 256, 14, 3, 2, 1, 1)]
    [InlineData(64, 32, 21, 5, 3, 2, 1)]
    [InlineData(16, 32, 30, 7, 2, 3, 1)]
    [InlineData(16, 32, 30, 4, 4, 0, 1)]
    [InlineData(32, 48, 17, 5, 1, 2, 1)]
    [InlineData(96, 96, 31, 3, 2, 0, 96)]
    [InlineData(144, 144, 17, 5, 2, 2, 144)]
    [InlineData(144, 144, 17, 3, 1, 1, 144)]
    [InlineData(3, 6, 13, 4, 2, 0, 3)]
    [InlineData(32, 32, 14, 3, 1, 1, 4)]
    [InlineData(32, 64, 15, 3, 2, 1, 4)]
    public void Run_AnyOrderAndPrecision_OutputAndGradientsAsInDoublePrecision(long channels, long filters, long size, long kernel, long stride, long padding, long groups)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        OnnxNode node = Node(stride, padding, groups);
        Tensor last = randn(2, size, size, channels).to_type(ScalarType.BFloat16).to_type(ScalarType.Float32).permute(0, 3, 1, 2);
        Tensor weight = (randn(filters, channels / groups, kernel, kernel) / Math.Sqrt(channels / groups * kernel * kernel)).to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
        Tensor[] expected = Gradients(
            (x, w) => nn.functional.conv2d(x.to_type(ScalarType.Float64), w.to_type(ScalarType.Float64), null, [stride, stride], [padding, padding], null, groups), last);

        foreach (Tensor input in new[] { last, last.contiguous() })
        {
            Tensor[] exact = Gradients((x, w) => Convolution.Run(node, [x, w], ScalarType.Float32), input);
            Tensor[] rounded = Gradients((x, w) => Convolution.Run(node, [x, w], ScalarType.BFloat16), input);

            Assert.All(expected.Zip(exact), pair => Assert.InRange(EncoderParity.Difference(pair.First, pair.Second), 0, 1e-5));
            Assert.All(expected.Zip(rounded), pair => Assert.InRange(EncoderParity.Difference(pair.First, pair.Second), 1e-5, 0.01));
        }

        // Output, and the gradients of input and weight. Everything that comes out goes into the loss by another factor.
        Tensor[] Gradients(Func<Tensor, Tensor, Tensor> run, Tensor input)
        {
            Tensor[] leaves = [input.detach().requires_grad_(), weight.detach().requires_grad_()];
            Tensor output = run(leaves[0], leaves[1]);
            using Generator generator = new(2);
            (output * randn(output.shape, generator: generator)).sum().backward();
            Tensor[] results = [output.detach().to_type(ScalarType.Float32), .. leaves.Select(leaf => leaf.grad!.clone())];
            Array.ForEach(leaves, leaf => leaf.grad = null);
            return results;
        }
    }

    private static OnnxNode Node(long stride, long padding, long groups)
    {
        NodeProto proto = new() { OpType = "Conv", Name = "conv" };
        proto.Output.Add("y");
        proto.Attribute.Add(new AttributeProto { Name = "group", I = groups });
        proto.Attribute.Add(Integers("strides", stride, stride));
        proto.Attribute.Add(Integers("pads", padding, padding, padding, padding));
        return new OnnxNode(proto);
    }

    private static AttributeProto Integers(string name, params long[] values)
    {
        AttributeProto attribute = new() { Name = name };
        attribute.Ints.Add(values);
        return attribute;
    }
}
