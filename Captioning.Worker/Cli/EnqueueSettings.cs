using Captioning.Contracts;
using Captioning.Worker.Messaging;

namespace Captioning.Worker.Cli;

/// <summary>What <c>captioning enqueue</c> was asked to do.</summary>
internal sealed record EnqueueSettings
{
    /// <summary>Files, folders, patterns, or <c>-</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Whether the list on standard input is separated by NUL rather than by line ends.</summary>
    public bool NulSeparated { get; init; }

    public required BrokerOptions Broker { get; init; }

    /// <summary>The file of results; null for standard output, and no going on with a run that was stopped.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Whether requests hold the photos themselves rather than their paths.</summary>
    public bool Inline { get; init; }

    /// <summary>The request, but for its id and its image.</summary>
    public required CaptionImage Request { get; init; }
}
