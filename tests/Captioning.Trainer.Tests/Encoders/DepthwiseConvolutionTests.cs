using Captioning.Trainer.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Encoders;

[Collection("torch")]
public sealed class DepthwiseConvolutionTests
{
    // Channels that fill no block, several of them, and an odd number of blocks; kernels that are even, wide, far apart, and smaller than their stride.
    [Theory]
    [InlineData(3, 9, 7, 3, 3, 1, 1, 1, 1)]
    [InlineData(48, 12, 12, 5, 5, 1, 2, 1, 2)]
    [InlineData(32, 13, 10, 3, 3, 2, 1, 1, 3)]
    [InlineData(20, 11, 14, 5, 3, 2, 2, 1, 2)]
    [InlineData(16, 12, 13, 3, 3, 1, 2, 2, 2)]
    [InlineData(40, 10, 10, 2, 4, 1, 1, 1, 1)]
    [InlineData(17, 11, 11, 1, 1, 3, 0, 1, 2)]
    [InlineData(17, 11, 11, 2, 2, 4, 1, 1, 4)]
    public void Run_Backward_GradientsAsOfTorch(long channels, long rows, long columns, long kernelRows, long kernelColumns, long stride, long padding, long dilation, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        set_num_threads(threads);
        Tensor input = randn(3, channels, rows, columns);
        Tensor weight = randn(channels, 1, kernelRows, kernelColumns);
        Tensor bias = randn(channels);
        ConvolutionShape shape = new([stride, stride], [padding, padding], [dilation, dilation]);

        Tensor[] expected = Gradients((x, w, b) => nn.functional.conv2d(x, w, b, shape.Strides, shape.Padding, shape.Dilations, channels), ScalarType.Float32);
        Tensor[] actual = Gradients((x, w, b) => DepthwiseConvolution.Run(x, w, b, shape), ScalarType.Float32);
        Tensor[] half = Gradients((x, w, b) => DepthwiseConvolution.Run(x, w, b, shape), ScalarType.BFloat16);

        Assert.All(expected.Zip(actual), pair => Assert.InRange(EncoderParity.Difference(pair.First, pair.Second), 0, 1e-6));
        Assert.All(expected.Zip(half), pair => Assert.InRange(EncoderParity.Difference(pair.First, pair.Second), 1e-4, 0.02));

        // Output, and the gradients of input, weight and bias. Everything that comes out goes into the loss by another factor.
        Tensor[] Gradients(Func<Tensor, Tensor, Tensor, Tensor> run, ScalarType precision)
        {
            Tensor[] leaves = Array.ConvertAll<Tensor, Tensor>([input.to_type(precision), weight, bias], tensor => tensor.detach().clone().requires_grad_());
            Tensor output = run(leaves[0], leaves[1], leaves[2]);
            using Generator generator = new(2);
            (output * randn(output.shape, generator: generator)).sum().backward();
            return [output.detach().to_type(ScalarType.Float32), .. leaves.Select(leaf => leaf.grad!.to_type(ScalarType.Float32))];
        }
    }

    [Fact]
    public void Compute_AnyThreads_SameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        Tensor input = randn(2, 80, 9, 9).to_type(ScalarType.BFloat16);
        Tensor weight = randn(80, 1, 5, 5);
        Tensor gradient = randn(2, 80, 9, 9);
        ConvolutionShape shape = new([1, 1], [2, 2], [1, 1]);

        Tensor one = DepthwiseGradients.Compute(input, weight, gradient, shape, threads: 1).Weight;
        Tensor four = DepthwiseGradients.Compute(input, weight, gradient, shape, threads: 4).Weight;

        Assert.Equal(one.data<float>().ToArray(), four.data<float>().ToArray());
    }
}
