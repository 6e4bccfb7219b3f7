using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>The padding of convolutions, pools and Pad.</summary>
internal static class Padding
{
    /// <summary>The operator Pad.</summary>
    public static Tensor Run(OnnxNode node, Tensor?[] x)
    {
        TorchSharp.PaddingModes mode = node.Text("mode", "constant") switch
        {
            "constant" => TorchSharp.PaddingModes.Constant,
            "reflect" => TorchSharp.PaddingModes.Reflect,
            "edge" => TorchSharp.PaddingModes.Replicate,
            string other => throw node.Refuse($"pads in the mode '{other}', which training does not know"),
        };
        long[] pads = Pads(node, x, (int)x[0]!.dim());

        // Torch counts axes from the last one on, ONNX from the first one; where nothing is added, torch takes as few axes as it can.
        int rank = pads.Length / 2;
        int first = Enumerable.Range(0, rank).TakeWhile(axis => pads[axis] == 0 && pads[rank + axis] == 0).Count();
        long[] reversed = [.. Enumerable.Range(first, rank - first).Reverse().SelectMany(axis => new[] { pads[axis], pads[rank + axis] })];
        return reversed.Length == 0 ? x[0]!.alias() : nn.functional.pad(x[0]!, reversed, mode, Value(node, x));
    }

    /// <summary>What a Pad puts around its input.</summary>
    public static double Value(OnnxNode node, Tensor?[] x) => x.Length > 2 && x[2] is { } given ? given.ToNumber() : node.Number("value", 0);

    /// <summary>What a Pad adds: before each axis, then behind each.</summary>
    public static long[] Pads(OnnxNode node, Tensor?[] x, int rank)
    {
        long[] given = node.Integers("pads", x, 1) ?? throw node.Refuse("does not say how it pads");
        if (!(x.Length > 3 && x[3] is { } axes))
        {
            return given;
        }

        long[] pads = new long[2 * rank];
        long[] numbers = OnnxNode.Values(axes);
        for (int i = 0; i < numbers.Length; i++)
        {
            long axis = numbers[i] < 0 ? numbers[i] + rank : numbers[i];
            pads[axis] = given[i];
            pads[rank + axis] = given[numbers.Length + i];
        }

        return pads;
    }

    /// <summary>How a convolution or a pool pads its input: top, left, bottom, right.</summary>
    /// <param name="node">The node, with its attributes <c>pads</c> or <c>auto_pad</c>.</param>
    /// <param name="input">Its input, [n, channels, rows, columns].</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="strides">Strides over rows and columns.</param>
    /// <param name="dilations">Dilations of rows and columns.</param>
    public static long[] Of(OnnxNode node, Tensor input, long[] kernel, long[] strides, long[] dilations)
    {
        string mode = node.Text("auto_pad", "NOTSET");
        long[] pads = node.Integers("pads") ?? [0, 0, 0, 0];
        if (mode is "SAME_UPPER" or "SAME_LOWER")
        {
            pads = new long[4];
            for (int axis = 0; axis < 2; axis++)
            {
                long size = input.shape[2 + axis];
                long outputs = (size + strides[axis] - 1) / strides[axis];
                long all = Math.Max(0, ((outputs - 1) * strides[axis]) + ((kernel[axis] - 1) * dilations[axis]) + 1 - size);
                pads[axis] = mode == "SAME_UPPER" ? all / 2 : all - (all / 2);
                pads[2 + axis] = all - pads[axis];
            }
        }

        return [.. pads.Zip(node.Padding, (own, before) => own + before)];
    }

    /// <summary>Splits padding into what is the same on both sides, which torch's operators do by themselves, and an input that is padded by the rest.</summary>
    public static (Tensor Input, long[] Symmetric) Split(Tensor input, long[] pads, double value)
    {
        if (pads[0] == pads[2] && pads[1] == pads[3])
        {
            return (input, [pads[0], pads[1]]);
        }

        return (nn.functional.pad(input, [pads[1], pads[3], pads[0], pads[2]], TorchSharp.PaddingModes.Constant, value), [0, 0]);
    }
}
