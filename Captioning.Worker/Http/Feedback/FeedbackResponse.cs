namespace Captioning.Worker.Http.Feedback;

/// <summary>The feedback is stored.</summary>
/// <param name="FeedbackId">Its id.</param>
internal sealed record FeedbackResponse(string FeedbackId);
