using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Quantization;

/// <summary>Weights and bias of a convolution as whole numbers: int8 without zero points, with a scale for each output channel, and int32 in the scale of the products.</summary>
/// <param name="Weights">int8 [outputs, inputs of a group, ...].</param>
/// <param name="Scales">float32 [outputs].</param>
/// <param name="Bias">int32 [outputs].</param>
/// <param name="BiasScales">float32 [outputs].</param>
internal sealed record QuantizedWeights(Tensor Weights, Tensor Scales, Tensor Bias, Tensor BiasScales)
{
    /// <summary>
    /// Rounds weights. What that changes of an output's mean goes into its bias (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019,
    /// with the inputs' means as measured): the errors of depthwise convolutions, which have few weights to even out over, would add up else. The zeros around a picture are left out of account.
    /// </summary>
    /// <param name="weights">The weights, float32 [outputs, inputs of a group, ...].</param>
    /// <param name="bias">float32 [outputs]; null for none.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="input">What is known of its input.</param>
    /// <param name="levels">The largest whole number that a weight may become.</param>
    public static QuantizedWeights Round(Tensor weights, Tensor? bias, long groups, TensorStatistics input, int levels)
    {
        // So large that no bias is beyond 32 bits.
        const double LargestBias = 1 << 30;
        using DisposeScope scope = NewDisposeScope();
        long outputs = weights.shape[0];
        Tensor added = (bias ?? zeros(outputs)).to_type(ScalarType.Float64);
        Tensor matrices = weights.flatten(2).to_type(ScalarType.Float64);
        Tensor means = tensor(input.Means.ToArray()).view(groups, 1, -1);
        Tensor scales = maximum(matrices.abs().amax([1, 2]).Times(1.0 / levels), added.abs().Times(1 / (input.Range.Scale * LargestBias))).Clip(1e-20, double.PositiveInfinity).to_type(ScalarType.Float32);
        Tensor rounded = (matrices / scales.view(-1, 1, 1)).round().Clip(-levels, levels);
        Tensor change = ((rounded * scales.view(-1, 1, 1)) - matrices).sum(2).view(groups, outputs / groups, -1);
        added -= (change * means).sum(2).view(-1);
        Tensor biasScales = scales.Times(input.Range.Scale);
        return new QuantizedWeights(
            rounded.to_type(ScalarType.Int8).view(weights.shape).MoveToOuterDisposeScope(),
            scales.MoveToOuterDisposeScope(),
            (added / biasScales).round().to_type(ScalarType.Int32).MoveToOuterDisposeScope(),
            biasScales.MoveToOuterDisposeScope());
    }
}
