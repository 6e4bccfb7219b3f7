using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Service;

namespace Captioning.Trainer.Tests.Service;

public sealed class PublicationGateTests
{
    [Theory]
    [InlineData(0.5, 0.1, 0.495, 0.3, true, "better")]
    [InlineData(0.5, 0.1, 0.6, 0.3, true, "better")]
    [InlineData(0.5, 0.1, 0.48, 0.3, false, "lost on the base images.")]
    [InlineData(0.5, 0.1, 0.5, 0.105, false, "gained on the feedback")]
    [InlineData(0.5, 0.1, 0.4, 0.05, false, "lost on the base images, and less than 0.01 is gained")]
    [InlineData(0.5, 0.1, double.NaN, 0.3, false, "lost")]
    [InlineData(0.5, 0.1, 0.5, double.NaN, false, "gained")]
    public void Decide_TwoModels_OpenOnlyForWhatLearnsAndDoesNotForget(
        double currentBase, double currentFeedback, double candidateBase, double candidateFeedback, bool isOpen, string reason)
    {
        (bool opens, string why) = new PublicationGate(new GateOptions()).Decide(Scores(currentBase, currentFeedback), Scores(candidateBase, candidateFeedback));

        Assert.Equal(isOpen, opens);
        Assert.Contains(reason, why, StringComparison.Ordinal);
        Assert.Contains($"from {currentBase:0.0000} to {candidateBase:0.0000}", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NoGainWhereAnyIsEnough_Closed() =>
        Assert.False(new PublicationGate(new GateOptions { MinFeedbackGain = 0 }).Decide(Scores(0.5, 0.1), Scores(0.6, 0.1)).IsOpen);

    private static ModelScores Scores(double cider, double feedback) => new(
        new CaptionScores
        {
            Images = 1, Bleu1 = 0, Bleu2 = 0, Bleu3 = 0, Bleu4 = 0, RougeL = 0, Cider = cider, WordsUsed = 1, MeanLength = 1, DistinctCaptions = 1,
        },
        feedback);
}
