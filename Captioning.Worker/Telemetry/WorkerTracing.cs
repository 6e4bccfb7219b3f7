using System.Diagnostics;

namespace Captioning.Worker.Telemetry;

/// <summary>The spans of the worker, between those of the bus and those of the engine: <c>fetch</c> and <c>speak</c>.</summary>
internal static class WorkerTracing
{
    public const string SourceName = "Captioning.Worker";

    public static ActivitySource Source { get; } = new(SourceName);
}
