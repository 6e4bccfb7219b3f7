using Captioning.Contracts;

namespace Captioning.Trainer.Feedback;

/// <summary>Feedback as the store has it.</summary>
/// <param name="Sequence">Its number, in the order of arrival.</param>
/// <param name="FeedbackId">The sender's id.</param>
/// <param name="Image">The image's path, relative to the store.</param>
/// <param name="Split">See <see cref="FeedbackSplit"/>.</param>
/// <param name="Caption">What can be learned: the person's words, or the caption that they found right; null where there is neither.</param>
/// <param name="Verdict">What the person thinks of <paramref name="Judged"/>.</param>
/// <param name="Judged">The caption that the person was shown.</param>
/// <param name="Time">When the person said so.</param>
internal sealed record FeedbackItem(
    long Sequence, string FeedbackId, string Image, string Split, string? Caption, FeedbackVerdict? Verdict, string? Judged, DateTimeOffset Time);
