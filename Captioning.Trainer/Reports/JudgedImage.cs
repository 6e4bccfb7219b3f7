namespace Captioning.Trainer.Reports;

/// <summary>An image on an <see cref="EvaluationPage"/>.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Caption">The caption that was scored.</param>
/// <param name="Cider">Its CIDEr-D, 0 to 10.</param>
/// <param name="References">The human captions.</param>
/// <param name="Photo">A small copy as a data URI; null where there is none.</param>
internal sealed record JudgedImage(string Name, string Caption, double Cider, IReadOnlyList<string> References, string? Photo);
