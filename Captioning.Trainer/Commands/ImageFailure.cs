namespace Captioning.Trainer.Commands;

/// <summary>An image that could not be captioned, and why.</summary>
internal sealed record ImageFailure(string Image, string Error);
