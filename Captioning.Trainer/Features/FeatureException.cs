namespace Captioning.Trainer.Features;

/// <summary>Features cannot be computed or kept; the message says why.</summary>
public sealed class FeatureException(string message, Exception? inner = null) : Exception(message, inner);
