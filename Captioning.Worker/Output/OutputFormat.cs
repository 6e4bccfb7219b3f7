namespace Captioning.Worker.Output;

/// <summary>How captions are printed.</summary>
internal enum OutputFormat
{
    /// <summary>Columns for reading.</summary>
    Table,

    /// <summary>One JSON object a line, for programs.</summary>
    JsonLines,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>Path, tab, caption.</summary>
    Text,
}
