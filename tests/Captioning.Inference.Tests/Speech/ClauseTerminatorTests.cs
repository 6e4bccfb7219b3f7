using System.Text;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class ClauseTerminatorTests
{
    [Theory]
    [InlineData(0x80028, ".", true)]
    [InlineData(0x82028, "?", true)]
    [InlineData(0x8302D, "!", true)]
    [InlineData(0x41014, ", ", false)]
    [InlineData(0x4001E, ": ", false)]
    [InlineData(0x4101E, "; ", false)]
    [InlineData(0x180028, ".", true)] // a bit beyond the type is ignored
    [InlineData(0x90028, "", true)] // end of the text
    [InlineData(0x80046, "", true)] // end of a paragraph
    [InlineData(0x24901E, "", false)] // ellipsis
    public void FromClauseType_EspeaksTypes_AreRead(int type, string punctuation, bool endsSentence) =>
        Assert.Equal(new ClauseTerminator(punctuation, endsSentence), ClauseTerminator.FromClauseType(type));

    [Theory]
    [InlineData("One. T", ".", true)]
    [InlineData("One.  \t T", ".", true)]
    [InlineData("One? T", "?", true)]
    [InlineData("One! T", "!", true)]
    [InlineData("One, t", ", ", false)]
    [InlineData("One: t", ": ", false)]
    [InlineData("One; t", "; ", false)]
    [InlineData("One — t", "; ", false)]
    [InlineData("One. Ü", ".", true)] // two bytes
    [InlineData("One. 日", ".", true)] // three bytes
    [InlineData("One. 😀", ".", true)] // four bytes
    [InlineData("Oné. Ü", ".", true)]
    [InlineData("One.\" T", "", false)] // espeak-ng's pointer stands behind the quote, not the letter
    [InlineData("One.\"", ".", true)]
    [InlineData("日本。你", "", true)]
    [InlineData("one\n\nt", "", true)]
    [InlineData("one\nt", "", false)]
    [InlineData("one t", "", false)]
    [InlineData("é", "", false)]
    [InlineData("x", "", false)]
    public void FindBefore_PointerOneCodePointIntoTheNextClause_FindsTheMark(string upToPointer, string punctuation, bool endsSentence)
    {
        byte[] text = Encoding.UTF8.GetBytes(upToPointer + "he rest!");

        Assert.Equal(
            new ClauseTerminator(punctuation, endsSentence),
            ClauseTerminator.FindBefore(text, Encoding.UTF8.GetByteCount(upToPointer)));
    }

    [Theory]
    [InlineData("One. Two!", "!", true)]
    [InlineData("One. Two! \n", "!", true)]
    [InlineData("One. Two", "", false)]
    [InlineData("One, é", "", false)]
    [InlineData("  ", "", false)]
    [InlineData("", "", false)]
    public void FindBefore_EndOfText_StartsFromTheLastByte(string text, string punctuation, bool endsSentence) =>
        Assert.Equal(
            new ClauseTerminator(punctuation, endsSentence),
            ClauseTerminator.FindBefore(Encoding.UTF8.GetBytes(text), next: -1));
}
