namespace Captioning.Trainer.Encoders;

/// <summary>How a convolution goes over a picture; each has a number for rows and one for columns.</summary>
internal sealed record ConvolutionShape(long[] Strides, long[] Padding, long[] Dilations);
