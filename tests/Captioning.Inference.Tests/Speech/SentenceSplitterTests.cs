using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public void Split_OrdinarySentence_IsLeftWhole(string sentence) => Assert.Equal([sentence], SentenceSplitter.Split(sentence));

    [Theory]
    [InlineData("abcd, efgh ")]
    [InlineData("word ")]
    [InlineData("x")]
    [InlineData("😀")]
    [InlineData("y😀")]
    public void Split_Overlong_KeepsEverythingWithinTheLimit(string unit)
    {
        string sentence = string.Concat(Enumerable.Repeat(unit, 1000));

        string[] pieces = [.. SentenceSplitter.Split(sentence)];

        Assert.Equal(sentence, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, SentenceSplitter.MaxPhonemes));
        Assert.DoesNotContain(pieces, piece => char.IsLowSurrogate(piece[0]));
    }

    [Fact]
    public void Split_Overlong_PrefersPunctuationOverSpace() =>
        Assert.Equal("a,", SentenceSplitter.Split("a, " + string.Concat(Enumerable.Repeat("b ", 400))).First());
}
