using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Tests.Evaluation;

public sealed class CaptionEvaluationTests
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void Evaluate_CaptionsEqualToTheReferences_TopScores()
    {
        CaptionScores scores = Evaluate(
            ("a", "a red kite over the sea", ["a red kite over the sea"]),
            ("b", "one lamp on a wooden desk", ["one lamp on a wooden desk"]));

        Assert.Equal(1, scores.Bleu1, Tolerance);
        Assert.Equal(1, scores.Bleu4, Tolerance);
        Assert.Equal(1, scores.RougeL, Tolerance);
        Assert.Equal(10, scores.Cider, Tolerance);
        Assert.Equal(6, scores.MeanLength);
        Assert.Equal(11, scores.WordsUsed);
    }

    [Fact]
    public void Evaluate_CaptionsWithoutACommonWord_Zero()
    {
        CaptionScores scores = Evaluate(("a", "nothing fits", ["a red kite"]), ("b", "at all", ["one lamp"]));

        Assert.Equal(0, scores.Bleu1, Tolerance);
        Assert.Equal(0, scores.Bleu4, Tolerance);
        Assert.Equal(0, scores.RougeL);
        Assert.Equal(0, scores.Cider);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" . ! ")]
    public void Evaluate_EmptyCaption_ScoresZeroForItsImage(string empty)
    {
        CaptionScores scores = Evaluate(("a", empty, ["a red kite"]), ("b", "one tall lamp here", ["one tall lamp here"]));

        Assert.Equal(0, scores.CiderByImage["a"]);
        Assert.Equal(10, scores.CiderByImage["b"], Tolerance);
        Assert.Equal(5, scores.Cider, Tolerance);
        Assert.Equal(0.5, scores.RougeL, Tolerance);
        Assert.Equal(Math.Exp(1 - (7 / 4.0)), scores.Bleu1, Tolerance);
    }

    [Fact]
    public void Evaluate_RepeatedWords_BleuClipsThem()
    {
        CaptionScores scores = Evaluate(("a", "the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]));

        Assert.Equal(2 / 7.0, scores.Bleu1, Tolerance);
        Assert.Equal(0, scores.Bleu2, Tolerance);
    }

    [Fact]
    public void Evaluate_TwoReferencesEquallyClose_BleuTakesTheShorter()
    {
        // Three words between references of two and four: against two there is no brevity penalty.
        CaptionScores scores = Evaluate(("a", "x y z", ["x y z w", "x y"]));

        Assert.Equal(1, scores.Bleu1, Tolerance);
        Assert.Equal(1, scores.Bleu3, Tolerance);
    }

    [Fact]
    public void Evaluate_PartOfAReference_RougeWeighsRecall()
    {
        // The longest common subsequence is "x z": precision 2/2, recall 2/4.
        CaptionScores scores = Evaluate(("a", "x z", ["x y z w"]));

        Assert.Equal((1 + 1.44) * 1 * 0.5 / (0.5 + 1.44), scores.RougeL, Tolerance);
    }

    [Fact]
    public void Evaluate_RepeatedWord_CiderClipsAndPenalisesLength()
    {
        // tf-idf over two images: every word is in one of them, so idf is ln 2 throughout and cancels out.
        // Unigrams: (2x, y) against (x, y): (1*1 + 1*1) / (sqrt 5 * sqrt 2). Bigrams: {xx, xy} against {xy}: 1 / sqrt 2. Lengths differ by 1.
        CaptionScores scores = Evaluate(("a", "x x y", ["x y"]), ("b", "z", ["z"]));

        double expected = 10 * ((2 / Math.Sqrt(10)) + (1 / Math.Sqrt(2))) / 4 * Math.Exp(-1 / 72.0);
        Assert.Equal(expected, scores.CiderByImage["a"], Tolerance);
    }

    [Fact]
    public void Evaluate_WordOfEveryImage_CiderIgnoresIt()
    {
        CaptionScores scores = Evaluate(("a", "the", ["the kite"]), ("b", "the lamp", ["the lamp"]));

        Assert.Equal(0, scores.CiderByImage["a"]);
        Assert.True(scores.CiderByImage["b"] > 0);
    }

    [Fact]
    public void Evaluate_LongCaption_CountsEveryNGramOnce()
    {
        string caption = string.Join(' ', Enumerable.Range(0, 700).Select(i => $"w{i * i % 97}"));

        CaptionScores scores = Evaluate(("a", caption, [caption]), ("b", "lamp", ["lamp"]));

        Assert.Equal(10, scores.CiderByImage["a"], Tolerance);
        Assert.Equal(1, scores.Bleu4, Tolerance);
    }

    [Fact]
    public void Evaluate_TrainingCaptions_ShareThatIsRepeated()
    {
        Dictionary<string, IReadOnlyList<string>> references = new() { ["a"] = ["a kite"], ["b"] = ["a lamp"], ["c"] = ["a desk"], ["d"] = ["a sea"] };
        Dictionary<string, string> captions = new() { ["a"] = "A kite.", ["b"] = "a kite", ["c"] = "a desk lamp", ["d"] = "the sea" };

        CaptionScores scores = CaptionEvaluation.Evaluate(references, captions, ["a kite .", "THE sea!", "a desk"]);

        Assert.Equal(0.75, scores.CopiedFromTraining);
        Assert.Equal(3, scores.DistinctCaptions);
        Assert.Equal(6, scores.WordsUsed);
    }

    [Fact]
    public void Evaluate_ImageWithoutCaption_NamesIt()
    {
        Dictionary<string, IReadOnlyList<string>> references = new() { ["a"] = ["a kite"], ["b"] = ["a lamp"] };

        EvaluationException e = Assert.Throws<EvaluationException>(
            () => CaptionEvaluation.Evaluate(references, new Dictionary<string, string> { ["a"] = "a kite" }));

        Assert.Equal("1 image with reference captions but no caption to score: b", e.Message);
    }

    [Fact]
    public void Evaluate_CaptionsOfUnknownImages_NamesSome()
    {
        Dictionary<string, IReadOnlyList<string>> references = new() { ["a"] = ["a kite"] };
        Dictionary<string, string> captions = new() { ["a"] = "a", ["b"] = "b", ["c"] = "c", ["d"] = "d", ["e"] = "e" };

        EvaluationException e = Assert.Throws<EvaluationException>(() => CaptionEvaluation.Evaluate(references, captions));

        Assert.Equal("4 images with a caption to score but no reference captions: b, c, d, ...", e.Message);
    }

    [Fact]
    public void Evaluate_ImageWithoutReferences_NamesIt() => Assert.Contains(
        "without any reference caption: a",
        Assert.Throws<EvaluationException>(() => CaptionEvaluation.Evaluate(
            new Dictionary<string, IReadOnlyList<string>> { ["a"] = [] }, new Dictionary<string, string> { ["a"] = "x" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Evaluate_NoImages_SaysSo() => Assert.Throws<EvaluationException>(
        () => CaptionEvaluation.Evaluate(new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, string>()));

    private static CaptionScores Evaluate(params (string Image, string Caption, string[] References)[] images) => CaptionEvaluation.Evaluate(
        images.ToDictionary(image => image.Image, image => (IReadOnlyList<string>)image.References),
        images.ToDictionary(image => image.Image, image => image.Caption));
}
