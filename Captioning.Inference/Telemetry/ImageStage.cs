namespace Captioning.Inference.Telemetry;

/// <summary>Where an image is on its way through the engine.</summary>
internal enum ImageStage
{
    /// <summary>It waits for a place in the engine.</summary>
    Admission,

    /// <summary>It waits for a thread that decodes it.</summary>
    DecodeQueue,

    /// <summary>It is being decoded.</summary>
    Decode,

    /// <summary>It waits for its batch.</summary>
    BatchQueue,

    /// <summary>It is in a batch that runs.</summary>
    Batch,
}
