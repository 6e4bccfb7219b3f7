namespace Captioning.Worker.Cli;

/// <summary>The command cannot start as it was asked to; the message says what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
