namespace Captioning.Trainer.Training;

/// <summary>The numbers that a training's matrix products are computed in. Weights, gradients and exported models are the same either way.</summary>
internal enum Precision
{
    /// <summary><see cref="BFloat16"/> where the processor or the graphics card multiplies it faster, else <see cref="Float32"/>.</summary>
    Auto,

    /// <summary>24 bits of precision.</summary>
    Float32,

    /// <summary>8 bits of precision, and the range of float32.</summary>
    BFloat16,
}
