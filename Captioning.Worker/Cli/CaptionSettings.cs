using Captioning.Inference.Runtime;
using Captioning.Worker.Output;
using Serilog.Events;

namespace Captioning.Worker.Cli;

/// <summary>What <c>captioning caption</c> was asked to do.</summary>
internal sealed record CaptionSettings
{
    /// <summary>A folder of photos has no one waiting for the first, so batches may be larger than the engine's default.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>Files, folders, patterns, or <c>-</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Whether the list on standard input is separated by NUL rather than by line ends.</summary>
    public bool NulSeparated { get; init; }

    public OutputFormat Format { get; init; }

    /// <summary>Where texts, speech and the index go; null for captions on standard output alone.</summary>
    public string? OutputFolder { get; init; }

    public bool Speak { get; init; }

    public string? Voice { get; init; }

    public int? Beam { get; init; }

    public int Candidates { get; init; } = 1;

    /// <summary>The folder of the model.</summary>
    public required string ModelPath { get; init; }

    public required string VoiceFolder { get; init; }

    public Device Device { get; init; }

    /// <summary>The most images of one batch.</summary>
    public int BatchSize { get; init; } = DefaultBatchSize;

    public LogEventLevel LogLevel { get; init; } = LogEventLevel.Warning;
}
