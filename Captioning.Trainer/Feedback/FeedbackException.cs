namespace Captioning.Trainer.Feedback;

/// <summary>Feedback that cannot be used, or a store that cannot be opened; the message says why.</summary>
public sealed class FeedbackException(string message, Exception? inner = null) : Exception(message, inner);
