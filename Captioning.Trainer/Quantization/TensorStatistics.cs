namespace Captioning.Trainer.Quantization;

/// <summary>What calibration found out about a tensor.</summary>
/// <param name="Range">The range to keep it in.</param>
/// <param name="Means">The mean of each channel.</param>
internal sealed record TensorStatistics(QuantizationRange Range, IReadOnlyList<double> Means);
