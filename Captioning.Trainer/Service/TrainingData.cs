namespace Captioning.Trainer.Service;

/// <summary>What a training had to learn from and was judged by.</summary>
/// <param name="BaseTrain">Base images to learn from.</param>
/// <param name="BaseDev">Base images to judge by.</param>
/// <param name="FeedbackTrain">Images with feedback to learn from.</param>
/// <param name="FeedbackHeldOut">Images with feedback to judge by.</param>
/// <param name="FeedbackLeftOut">Images with feedback that would have been learned from and judged by, one as base and one as feedback.</param>
/// <param name="NewWords">Words that the model did not know before.</param>
internal sealed record TrainingData(int BaseTrain, int BaseDev, int FeedbackTrain, int FeedbackHeldOut, int FeedbackLeftOut, IReadOnlyList<string> NewWords);
