using Captioning.Trainer.Models;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>
/// What the operators of CNNs compute, in terms of torch (semantics: the ONNX operator specification, versions 7 to 21). Tensors of pictures are [n, channels, rows, columns].
/// </summary>
internal sealed class OnnxOperators
{
    private readonly Dictionary<string, Func<OnnxNode, Tensor?[], Tensor>> _operators;

    public OnnxOperators() => _operators = new()
    {
        ["Add"] = (_, x) => x[0]!.Plus(x[1]!),
        ["AveragePool"] = Pooling.Average,
        ["BatchNormalization"] = BatchNormalization,
        ["Cast"] = (node, x) => x[0]!.alias().to_type(OnnxTensors.ToTorch((DataType)node.Integer("to", 0))),
        ["Clip"] = Clip,
        ["Concat"] = (node, x) => cat(x!, node.Integer("axis", 0)),
        ["Constant"] = Constant,
        ["ConstantOfShape"] = ConstantOfShape,
        ["Conv"] = (node, x) => Convolution.Run(node, x, Precision),
        ["Div"] = (node, x) => is_floating_point(x[0]!) ? x[0]! / x[1]! : x[0]!.div(x[1]!, RoundingMode.trunc),
        ["Dropout"] = (_, x) => x[0]!.alias(),
        ["Flatten"] = Flatten,
        ["Gather"] = Gather,
        ["Gemm"] = Gemm,
        ["GlobalAveragePool"] = (_, x) => x[0]!.mean([.. Enumerable.Range(2, (int)x[0]!.dim() - 2)], keepdim: true),
        ["HardSigmoid"] = (node, x) => x[0]!.Times(node.Number("alpha", 0.2)).Plus(node.Number("beta", 0.5)).Clip(0, 1),
        ["HardSwish"] = (_, x) => x[0]!.hardswish(),
        ["Identity"] = (_, x) => x[0]!.alias(),
        ["MatMul"] = (_, x) => x[0]!.matmul(x[1]!),
        ["MaxPool"] = Pooling.Max,
        ["Mul"] = (_, x) => x[0]! * x[1]!,
        ["Pad"] = Padding.Run,
        ["ReduceMean"] = ReduceMean,
        ["Relu"] = (node, x) => node.IsInPlace ? x[0]!.relu_() : x[0]!.relu(),
        ["Reshape"] = Reshape,
        ["Shape"] = (_, x) => tensor(x[0]!.shape),
        ["Sigmoid"] = (_, x) => x[0]!.sigmoid(),
        ["Slice"] = Slice,
        ["Squeeze"] = Squeeze,
        ["Sub"] = (_, x) => x[0]! - x[1]!,
        ["Transpose"] = (node, x) => x[0]!.permute(node.Integers("perm") ?? [.. Enumerable.Range(0, (int)x[0]!.dim()).Reverse().Select(axis => (long)axis)]),
        ["Unsqueeze"] = Unsqueeze,
    };

    /// <summary>The type that convolutions compute in: float32 or bfloat16.</summary>
    public ScalarType Precision { get; set; } = ScalarType.Float32;

    /// <summary>What a node computes.</summary>
    /// <exception cref="Training.TrainingException">The operator is unknown.</exception>
    public Func<OnnxNode, Tensor?[], Tensor> this[OnnxNode node] => _operators.TryGetValue(node.Type, out Func<OnnxNode, Tensor?[], Tensor>? run)
        ? run
        : throw node.Refuse($"is a '{node.Type}', an operator that training does not know");

    private static Tensor BatchNormalization(OnnxNode node, Tensor?[] x)
    {
        if (node.Integer("training_mode", 0) != 0)
        {
            throw node.Refuse("is a batch normalization in training mode; export the encoder for inference");
        }

        (Tensor scale, Tensor shift) = Convolution.Normalization(node, x[1]!, x[2]!, x[3]!, x[4]!);
        return (x[0]! * scale.view(-1, 1, 1)).Plus(shift.view(-1, 1, 1));
    }

    private static Tensor Clip(OnnxNode node, Tensor?[] x)
    {
        double least = Bound("min", 1) ?? double.NegativeInfinity;
        double most = Bound("max", 2) ?? double.PositiveInfinity;
        return node.IsInPlace ? x[0]!.ClipInPlace(least, most) : x[0]!.Clip(least, most);

        double? Bound(string name, int input) => x.Length > input && x[input] is { } given ? given.ToNumber() : node.Number(name);
    }

    private static Tensor Constant(OnnxNode node, Tensor?[] x)
    {
        if (node.Tensor("value") is { } value)
        {
            return OnnxTensors.Read(value);
        }

        return node.Integers("value_ints") is { } integers ? tensor(integers)
            : node.Number("value_float") is { } number ? tensor((float)number)
            : node.Integer("value_int", long.MinValue) is > long.MinValue and var integer ? tensor(integer)
            : throw node.Refuse("is a constant of a kind that training does not know");
    }

    private static Tensor ConstantOfShape(OnnxNode node, Tensor?[] x)
    {
        using Tensor value = node.Tensor("value") is { } given ? OnnxTensors.Read(given) : zeros(1);
        return value.view(1).expand(OnnxNode.Values(x[0]!)).clone();
    }

    private static Tensor Flatten(OnnxNode node, Tensor?[] x)
    {
        int axis = (int)Axis(node.Integer("axis", 1), x[0]!);
        return x[0]!.reshape(x[0]!.shape.Take(axis).Aggregate(1L, (a, b) => a * b), -1);
    }

    private static Tensor Gather(OnnxNode node, Tensor?[] x)
    {
        long axis = Axis(node.Integer("axis", 0), x[0]!);
        long size = x[0]!.shape[axis];
        long[] indices = [.. OnnxNode.Values(x[1]!).Select(index => index < 0 ? index + size : index)];
        return x[0]!.index_select(axis, tensor(indices)).reshape([.. x[0]!.shape.Take((int)axis), .. x[1]!.shape, .. x[0]!.shape.Skip((int)axis + 1)]);
    }

    private static Tensor Gemm(OnnxNode node, Tensor?[] x)
    {
        Tensor a = node.Integer("transA", 0) == 0 ? x[0]! : x[0]!.t();
        Tensor b = node.Integer("transB", 0) == 0 ? x[1]! : x[1]!.t();
        Tensor product = a.matmul(b).Times(node.Number("alpha", 1));
        return x.Length > 2 && x[2] is { } added ? product.Plus(added.Times(node.Number("beta", 1))) : product;
    }

    private static Tensor ReduceMean(OnnxNode node, Tensor?[] x)
    {
        long[]? axes = node.Integers("axes", x, 1);
        return axes is null && node.Integer("noop_with_empty_axes", 0) != 0
            ? x[0]!.alias()
            : x[0]!.mean(axes ?? [.. Enumerable.Range(0, (int)x[0]!.dim()).Select(axis => (long)axis)], keepdim: node.Integer("keepdims", 1) != 0);
    }

    private static Tensor Reshape(OnnxNode node, Tensor?[] x)
    {
        bool keepsZero = node.Integer("allowzero", 0) != 0;
        long[] shape = [.. node.Integers("shape", x, 1)!.Select((size, axis) => size == 0 && !keepsZero ? x[0]!.shape[axis] : size)];
        return x[0]!.reshape(shape);
    }

    private static Tensor Slice(OnnxNode node, Tensor?[] x)
    {
        long[] starts = node.Integers("starts", x, 1)!;
        long[] ends = node.Integers("ends", x, 2)!;
        long[] axes = node.Integers("axes", x, 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        long[] steps = node.Integers("steps", x, 4) ?? [.. starts.Select(_ => 1L)];
        Tensor result = x[0]!.alias();
        for (int i = 0; i < axes.Length; i++)
        {
            long axis = Axis(axes[i], result);
            long size = result.shape[axis];
            long first = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, steps[i] > 0 ? size : size - 1);
            long last = Math.Clamp(ends[i] < 0 ? ends[i] + size : ends[i], steps[i] > 0 ? 0 : -1, size);

            // Counted backwards, an end at or below -size means beyond the first.
            last = steps[i] < 0 && ends[i] < -size ? -1 : last;
            long count = Math.Max(0, (last - first + steps[i] - Math.Sign(steps[i])) / steps[i]);
            result = result.index_select(axis, tensor([.. Enumerable.Range(0, (int)count).Select(place => first + (place * steps[i]))], ScalarType.Int64));
        }

        return result;
    }

    private static Tensor Squeeze(OnnxNode node, Tensor?[] x)
    {
        long[]? axes = node.Integers("axes", x, 1)?.Select(axis => Axis(axis, x[0]!)).ToArray();
        return x[0]!.reshape([.. x[0]!.shape.Where((size, axis) => axes is null ? size != 1 : !axes.Contains(axis))]);
    }

    private static Tensor Unsqueeze(OnnxNode node, Tensor?[] x)
    {
        long[] axes = node.Integers("axes", x, 1)!;
        long rank = x[0]!.dim() + axes.Length;
        return axes.Select(axis => axis < 0 ? axis + rank : axis).Order().Aggregate(x[0]!.alias(), (result, axis) => result.unsqueeze(axis));
    }

    private static long Axis(long axis, Tensor tensor) => axis < 0 ? axis + tensor.dim() : axis;
}
