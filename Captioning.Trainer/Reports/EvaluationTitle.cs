namespace Captioning.Trainer.Reports;

/// <summary>What an <see cref="EvaluationPage"/> says above the scores.</summary>
/// <param name="Scored">The model and its version, or the file of captions.</param>
/// <param name="On">The data set and the split.</param>
/// <param name="Date">When.</param>
internal sealed record EvaluationTitle(string Scored, string On, DateOnly Date);
