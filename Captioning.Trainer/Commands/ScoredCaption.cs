namespace Captioning.Trainer.Commands;

/// <summary>One caption and its CIDEr-D.</summary>
internal sealed record ScoredCaption(string Image, string Caption, double Cider);
