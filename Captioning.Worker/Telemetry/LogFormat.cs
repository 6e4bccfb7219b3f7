namespace Captioning.Worker.Telemetry;

/// <summary>How the service writes its log.</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line, in Serilog's compact format.</summary>
    Json,
}
