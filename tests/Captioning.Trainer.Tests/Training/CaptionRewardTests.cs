using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Tests.Training;

public sealed class CaptionRewardTests
{
    private static readonly TrainingExample[] Examples =
    [
        new([[4, 5, 6, 7], [4, 8, 6, 7]], [0]),
        new([[9, 5, 10], [9, 10, 11, 12, 13]], [1]),
        new([[4, 14, 15, 16]], [2]),
    ];

    private readonly CaptionReward _reward = new(Examples);

    [Fact]
    public void Of_Caption_CiderDOfTheEvaluationWithTheEndAsAWord()
    {
        Dictionary<string, IReadOnlyList<string>> references = Examples.Index().ToDictionary(
            pair => $"{pair.Index}", pair => (IReadOnlyList<string>)[.. pair.Item.Captions.Select(caption => Text([.. caption, WordList.Eos]))]);
        int[][] captions = [[4, 5, 6, 7, WordList.Eos], [9, 5, 10, 10, 9], [WordList.Eos]];

        CaptionScores scores = CaptionEvaluation.Evaluate(references, captions.Index().ToDictionary(pair => $"{pair.Index}", pair => Text(pair.Item)));

        Assert.All(captions.Index(), pair => Assert.Equal(scores.CiderByImage[$"{pair.Index}"], _reward.Of(pair.Index, pair.Item), 1e-9));
        Assert.True(scores.CiderByImage["0"] > 1);

        static string Text(int[] tokens) => string.Join(' ', tokens.Select(token => $"w{token}"));
    }

    [Fact]
    public void Of_CaptionCutOff_LessThanTheWholeOne() =>
        Assert.True(_reward.Of(1, [9, 5, 10]) < _reward.Of(1, [9, 5, 10, WordList.Eos]));
}
