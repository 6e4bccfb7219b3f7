using Captioning.Contracts;

namespace Captioning.Worker.Http.Feedback;

/// <summary>Feedback as a line of a data set.</summary>
/// <param name="Image">The image's path, relative to the file.</param>
/// <param name="Caption">What the image shows: what the person wrote, else the caption that they found right; null where there is neither.</param>
/// <param name="Verdict">What the person thinks of <paramref name="Judged"/>.</param>
/// <param name="Judged">The caption that the person was shown.</param>
/// <param name="Model">The model that wrote it.</param>
/// <param name="RequestId">The request that it was the answer to.</param>
/// <param name="FeedbackId">The feedback's own id.</param>
/// <param name="Time">When the person said so.</param>
internal sealed record FeedbackLine(
    string Image, string? Caption, FeedbackVerdict? Verdict, string? Judged, ModelReference? Model, string? RequestId, string FeedbackId, DateTimeOffset Time)
{
    public static FeedbackLine Of(CaptionFeedback feedback, string image) => new(
        image,
        feedback.Caption ?? (feedback.Verdict == FeedbackVerdict.Right ? feedback.Judged : null),
        feedback.Verdict,
        feedback.Judged,
        feedback.Model,
        feedback.RequestId,
        feedback.FeedbackId,
        feedback.Time);
}
