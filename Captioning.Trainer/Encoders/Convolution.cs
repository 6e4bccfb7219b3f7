using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>The operator Conv, with a batch normalization in inference mode behind it where there is one.</summary>
internal static class Convolution
{
    /// <summary>Convolves.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">Input, weight, bias or null; then scale, shift, mean and variance of a batch normalization, or nothing.</param>
    /// <param name="precision">The type to compute in; the output has it too.</param>
    public static Tensor Run(OnnxNode node, Tensor?[] x, ScalarType precision)
    {
        Tensor input = x[0]!;
        Tensor weight = x[1]!;
        Tensor? bias = x.Length > 2 ? x[2] : null;
        if (input.dim() != 4)
        {
            throw node.Refuse("does not convolve pictures");
        }

        if (node.Normalization is { } normalization)
        {
            // On the weights it costs next to nothing, and their gradients are the same.
            (Tensor scale, Tensor shift) = Normalization(normalization, x[3]!, x[4]!, x[5]!, x[6]!);
            weight = weight * scale.view(-1, 1, 1, 1);
            bias = bias is null ? shift : (bias * scale).Plus(shift);
        }

        long[] strides = node.Integers("strides") ?? [1, 1];
        long[] dilations = node.Integers("dilations") ?? [1, 1];
        (input, long[] padding) = Padding.Split(input, Padding.Of(node, input, weight.shape[2..], strides, dilations), 0);
        long groups = node.Integer("group", 1);
        bool depthwise = groups > 1 && groups == input.shape[1] && groups == weight.shape[0];
        ScalarType type = groups > 1 && !depthwise && strides.Max() > 1 ? ScalarType.Float32 : precision;
        input = input.to_type(type);
        Tensor output;
        if (depthwise && (type == ScalarType.Float32 || (is_grad_enabled() && HasSlowGradients(weight.shape[2], strides))))
        {
            output = DepthwiseConvolution.Run(input, weight, bias ?? zeros(groups), new ConvolutionShape(strides, padding, dilations));
        }
        else if (groups == 1 && type == ScalarType.Float32 && weight.shape[2..].Max() == 1 && padding.Max() == 0)
        {
            output = MatrixProduct(input, weight, bias, strides);
        }
        else
        {
            output = nn.functional.conv2d(InOrder(input), weight.to_type(type), bias?.to_type(type), strides, padding, dilations, groups);
        }

        return output.to_type(precision);
    }

    /// <summary>A convolution of single pixels. In float32 it is faster so, and matrix products are right where oneDNN's convolutions are not. Between it and a depthwise one nothing is reordered.</summary>
    private static Tensor MatrixProduct(Tensor input, Tensor weight, Tensor? bias, long[] strides)
    {
        if (strides.Max() > 1)
        {
            input = input.slice(2, 0, input.shape[2], strides[0]).slice(3, 0, input.shape[3], strides[1]);
        }

        Tensor pixels = ChannelsLast.From(input);
        return ChannelsLast.To(nn.functional.linear(pixels, weight.flatten(1), bias));
    }

    /// <summary>
    /// The order in memory that torch's convolutions are right in. With oneDNN 3.7.1 on AMD family 26, outputs in float32 are wrong for many shapes where channels come last,
    /// gradients over strides in bfloat16 where they come first, and convolutions in groups over strides in bfloat16 in either order. Some with channels that do not fill
    /// blocks of 16 stay wrong in float32: there the comparison with ONNX Runtime refuses the encoder.
    /// </summary>
    private static Tensor InOrder(Tensor input) => input.dtype == ScalarType.Float32 ? input.contiguous() : ChannelsLast.To(ChannelsLast.From(input));

    /// <summary>Whether torch takes much longer for the gradients of a depthwise convolution in bfloat16 than this program: with large kernels, and over strides.</summary>
    private static bool HasSlowGradients(long kernel, long[] strides) => kernel > 3 || strides[0] > 1;

    /// <summary>What a batch normalization multiplies each channel by, and what it adds.</summary>
    public static (Tensor Scale, Tensor Shift) Normalization(OnnxNode node, Tensor scale, Tensor shift, Tensor mean, Tensor variance)
    {
        Tensor factor = scale * variance.Plus(node.Number("epsilon", 1e-5)).rsqrt();
        return (factor, shift - (mean * factor));
    }
}
