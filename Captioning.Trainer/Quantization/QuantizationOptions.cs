namespace Captioning.Trainer.Quantization;

/// <summary>How an encoder is quantized.</summary>
internal sealed record QuantizationOptions
{
    /// <summary>The most photos to find ranges with.</summary>
    public int CalibrationImages { get; init; } = 256;

    /// <summary>So many convolutions, from the pixels on, stay in float32.</summary>
    public int FloatFirst { get; init; }

    /// <summary>So many convolutions before the end stay in float32.</summary>
    public int FloatLast { get; init; }

    /// <summary>Whether weights have 7 bits in place of 8.</summary>
    public bool ReduceRange { get; init; }
}
