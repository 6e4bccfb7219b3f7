using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>A convolution of each channel by itself, on the CPU. Torch's own is fast forwards in bfloat16 alone; its gradients take several times as long as they need to.</summary>
internal sealed class DepthwiseConvolution : autograd.SingleTensorFunction<DepthwiseConvolution>
{
    /// <inheritdoc/>
    public override string Name => nameof(DepthwiseConvolution);

    /// <summary>Convolves.</summary>
    /// <param name="input">Float32 or bfloat16 [n, c, rows, columns]; the output has its type, and what is computed forwards. Gradients of weights are summed in float32.</param>
    /// <param name="weight">Float32 [c, 1, rows, columns].</param>
    /// <param name="bias">Float32 [c].</param>
    /// <param name="shape">Strides and the like.</param>
    public static Tensor Run(Tensor input, Tensor weight, Tensor bias, ConvolutionShape shape) => apply(input, weight, bias, shape);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor input, Tensor weight, Tensor bias, ConvolutionShape shape) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (ConvolutionShape)vars[3]);
        ctx.save_for_backward([input, weight]);
        ctx.save_data(nameof(ConvolutionShape), shape);
        return input.dtype == ScalarType.Float32
            ? DepthwiseOutput.Compute(input, weight, bias, shape, get_num_threads())
            : nn.functional.conv2d(input, weight.to_type(input.dtype), bias.to_type(input.dtype), shape.Strides, shape.Padding, shape.Dilations, input.shape[1]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        ConvolutionShape shape = (ConvolutionShape)ctx.get_data(nameof(ConvolutionShape));
        (Tensor input, Tensor weight, Tensor bias) = DepthwiseGradients.Compute(saved[0], saved[1], grad_output, shape, get_num_threads());
        return [input, weight, bias, null!];
    }
}
