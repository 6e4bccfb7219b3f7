namespace Captioning.Trainer.Commands;

/// <summary>A caption, or why there is none: one of the two is null.</summary>
internal sealed record ImageOutcome(string? Caption, string? Error);
