using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class CanonicalDecompositionTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("ç", "c\u0327")]
    [InlineData("õ", "o\u0303")]
    [InlineData("й", "и\u0306")]
    [InlineData("ế", "e\u0302\u0301")]
    [InlineData("ˈɑːæø", "ˈɑːæø")]
    [InlineData("한", "\u1112\u1161\u11ab")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("힣", "\u1112\u1175\u11c2")]
    [InlineData("😀", "😀")]
    [InlineData("", "")]
    public void Decompose_Text_IsInNormalFormD(string text, string expected) =>
        Assert.Equal(expected, CanonicalDecomposition.Decompose(text));

    [Fact]
    public void Decompose_LoneSurrogate_BecomesTheReplacementCharacter() =>
        Assert.Equal("a\ufffd", CanonicalDecomposition.Decompose("a\ud800"));
}
