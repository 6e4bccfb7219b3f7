using System.Diagnostics;

namespace Captioning.Inference.Telemetry;

/// <summary>
/// The spans of the engine: <c>decode</c> and <c>infer</c> for each image, below the caller's span, and <c>batch</c> in a trace of its
/// own, with <c>encode</c> and <c>search</c> below it. A batch is linked to the <c>infer</c> spans of its images, and they to it.
/// </summary>
public static class EngineTracing
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "Captioning.Inference";

    internal static ActivitySource Source { get; } = new(SourceName);
}
