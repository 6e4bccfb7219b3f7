using Captioning.Contracts;

namespace Captioning.Worker.Output;

/// <summary>A failure as JSON lines and JSON show it.</summary>
internal sealed record FailureLine(string Path, string Error, FailureReason Reason);
