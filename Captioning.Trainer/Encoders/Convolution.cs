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
            bias = bias is null ? shift : (bias * scale) + shift;
        }

        long[] strides = node.Integers("strides") ?? [1, 1];
        long[] dilations = node.Integers("dilations") ?? [1, 1];
        (input, long[] padding) = Padding.Split(input, Padding.Of(node, input, weight.shape[2..], strides, dilations), 0);
        long groups = node.Integer("group", 1);
        bool depthwise = groups > 1 && groups == input.shape[1] && groups == weight.shape[0];
        ScalarType type = groups > 1 && !depthwise && strides.Max() > 1 ? ScalarType.Float32 : precision;
        input = InOrder(input.to_type(type));
        Tensor output = is_grad_enabled() && depthwise && HasSlowGradients(weight.shape[2], strides, type)
            ? DepthwiseConvolution.Run(input, weight, bias ?? zeros(groups), new ConvolutionShape(strides, padding, dilations), type)
            : nn.functional.conv2d(input, weight.to_type(type), bias?.to_type(type), strides, padding, dilations, groups);
        return output.to_type(precision);
    }

    /// <summary>
    /// The order in memory that torch's convolutions are right in. With oneDNN 3.7.1 on AMD family 26, outputs in float32 are wrong for many shapes where channels come last,
    /// gradients over strides in bfloat16 where they come first, and convolutions in groups over strides in bfloat16 in either order. Some with channels that do not fill
    /// blocks of 16 stay wrong in float32: there the comparison with ONNX Runtime refuses the encoder.
    /// </summary>
    private static Tensor InOrder(Tensor input) => input.dtype == ScalarType.Float32 ? input.contiguous() : input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Whether torch takes much longer for the gradients of a depthwise convolution than this program: with large kernels, and over strides in bfloat16.</summary>
    private static bool HasSlowGradients(long kernel, long[] strides, ScalarType precision) => kernel > 3 || (precision == ScalarType.BFloat16 && strides[0] > 1);

    /// <summary>What a batch normalization multiplies each channel by, and what it adds.</summary>
    public static (Tensor Scale, Tensor Shift) Normalization(OnnxNode node, Tensor scale, Tensor shift, Tensor mean, Tensor variance)
    {
        Tensor factor = scale * variance.Plus(node.Number("epsilon", 1e-5)).rsqrt();
        return (factor, shift - (mean * factor));
    }
}
