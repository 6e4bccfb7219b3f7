using Captioning.Inference.Batching;

namespace Captioning.Inference.Telemetry;

/// <summary>Counts an image in the stage that it is in, and nowhere once it is disposed.</summary>
internal sealed class ImageProgress : IDisposable
{
    private readonly BatchPriority _priority;
    private ImageStage _stage = ImageStage.Admission;

    public ImageProgress(BatchPriority priority)
    {
        _priority = priority;
        EngineMetrics.CountImages(_stage, priority, 1);
    }

    /// <summary>Counts the image in its next stage.</summary>
    public void Enter(ImageStage stage)
    {
        EngineMetrics.CountImages(_stage, _priority, -1);
        EngineMetrics.CountImages(stage, _priority, 1);
        _stage = stage;
    }

    public void Dispose() => EngineMetrics.CountImages(_stage, _priority, -1);
}
