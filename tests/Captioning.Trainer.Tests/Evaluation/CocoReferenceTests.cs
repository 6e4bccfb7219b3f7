using System.Text.Json;
using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Tests.Evaluation;

[Trait("Needs", "shared")]
public sealed class CocoReferenceTests
{
    private const double Tolerance = 1e-6;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Evaluate_CaptionsOfTheReference_ScoresOfTheCocoEvaluation(int number)
    {
        using var metrics = Read("reference", "metrics.json");
        var references = metrics.RootElement.GetProperty("references").Deserialize<Dictionary<string, string[]>>()!
            .ToDictionary(image => image.Key, image => (IReadOnlyList<string>)image.Value);
        var reference = metrics.RootElement.GetProperty("cases")[number];

        var scores = CaptionEvaluation.Evaluate(references, reference.GetProperty("hypotheses").Deserialize<Dictionary<string, string>>()!);

        var expected = reference.GetProperty("expected");
        Assert.Equal(200, scores.Images);
        Assert.Equal(expected.GetProperty("bleu1").GetDouble(), scores.Bleu1, Tolerance);
        Assert.Equal(expected.GetProperty("bleu2").GetDouble(), scores.Bleu2, Tolerance);
        Assert.Equal(expected.GetProperty("bleu3").GetDouble(), scores.Bleu3, Tolerance);
        Assert.Equal(expected.GetProperty("bleu4").GetDouble(), scores.Bleu4, Tolerance);
        Assert.Equal(expected.GetProperty("rougeL").GetDouble(), scores.RougeL, Tolerance);
        Assert.Equal(expected.GetProperty("cider").GetDouble(), scores.Cider, Tolerance);
    }

    [Fact]
    public void Tokenize_StringsOfTheReference_TokensOfTheCocoEvaluation()
    {
        using var metrics = Read("reference", "metrics.json");
        var cases = metrics.RootElement.GetProperty("tokenization").EnumerateArray().ToArray();

        Assert.NotEmpty(cases);
        Assert.All(cases, reference => Assert.Equal(
            reference.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!),
            PtbTokenizer.Tokenize(reference.GetProperty("text").GetString())));
    }

    private static JsonDocument Read(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(Repository.Shared(parts)));
}
