namespace Captioning.Trainer.Evaluation;

/// <summary>Captions that cannot be scored, with the reason in plain English.</summary>
public sealed class EvaluationException(string message) : Exception(message);
