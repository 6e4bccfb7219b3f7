namespace Captioning.Inference.Runtime;

/// <summary>The execution providers that the engine knows.</summary>
public enum DeviceKind
{
    /// <summary>CUDA where it loads, else the CPU.</summary>
    Auto,

    /// <summary>ONNX Runtime's CPU execution provider.</summary>
    Cpu,

    /// <summary>ONNX Runtime's CUDA execution provider.</summary>
    Cuda,
}
