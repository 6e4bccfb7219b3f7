using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>The operators MaxPool and AveragePool.</summary>
internal static class Pooling
{
    public static Tensor Max(OnnxNode node, Tensor?[] x)
    {
        (long[] kernel, long[] strides, long[] dilations, bool ceiling) = Settings(node, x[0]!);
        (Tensor input, long[] padding) = Padding.Split(x[0]!, Padding.Of(node, x[0]!, kernel, strides, dilations), double.NegativeInfinity);
        return nn.functional.max_pool2d(input, kernel, strides, padding, dilations, ceiling);
    }

    public static Tensor Average(OnnxNode node, Tensor?[] x)
    {
        (long[] kernel, long[] strides, long[] dilations, bool ceiling) = Settings(node, x[0]!);
        if (Array.Exists(dilations, dilation => dilation != 1))
        {
            throw node.Refuse("is an average pool with dilations, which training does not know");
        }

        bool counts = node.Integer("count_include_pad", 0) != 0;
        long[] pads = Padding.Of(node, x[0]!, kernel, strides, dilations);
        (Tensor input, long[] padding) = Padding.Split(x[0]!, pads, 0);
        Tensor mean = nn.functional.avg_pool2d(input, kernel, strides, padding, ceiling, counts || input.shape.SequenceEqual(x[0]!.shape) is false);
        if (counts || ReferenceEquals(input, x[0]))
        {
            return mean;
        }

        // Of the padding that was added before, torch does not know that it does not count.
        (Tensor there, _) = Padding.Split(ones([1, 1, x[0]!.shape[2], x[0]!.shape[3]], mean.dtype), pads, 0);
        return mean / nn.functional.avg_pool2d(there, kernel, strides, padding, ceiling, count_include_pad: true);
    }

    private static (long[] Kernel, long[] Strides, long[] Dilations, bool Ceiling) Settings(OnnxNode node, Tensor input)
    {
        long[] kernel = node.Integers("kernel_shape") ?? throw node.Refuse("has no kernel_shape");
        if (kernel.Length != 2 || input.dim() != 4)
        {
            throw node.Refuse("does not pool pictures");
        }

        return (kernel, node.Integers("strides") ?? [1, 1], node.Integers("dilations") ?? [1, 1], node.Integer("ceil_mode", 0) != 0);
    }
}
