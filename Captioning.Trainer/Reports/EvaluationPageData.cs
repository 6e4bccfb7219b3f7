using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Reports;

/// <summary>All that an <see cref="EvaluationPage"/> shows.</summary>
/// <param name="Title">What was scored.</param>
/// <param name="Scores">The scores of all images together.</param>
/// <param name="Cider">CIDEr-D of each image.</param>
/// <param name="Best">The images with the highest CIDEr-D, from the highest on.</param>
/// <param name="Worst">Those with the lowest, from the lowest on; none that is among the best.</param>
internal sealed record EvaluationPageData(
    EvaluationTitle Title, CaptionScores Scores, IReadOnlyList<double> Cider, IReadOnlyList<JudgedImage> Best, IReadOnlyList<JudgedImage> Worst);
