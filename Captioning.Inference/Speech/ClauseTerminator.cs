using System.Text;

namespace Captioning.Inference.Speech;

/// <summary>What ends a clause.</summary>
/// <param name="Punctuation">What is added to the clause's phonemes: a mark, with a space after one that ends no sentence.</param>
/// <param name="EndsSentence">Whether the sentence ends with the clause.</param>
internal readonly record struct ClauseTerminator(string Punctuation, bool EndsSentence)
{
    private const int TypeMask = 0x000F_FFFF;
    private const int SentenceBit = 0x0008_0000;

    private static ClauseTerminator None => new(string.Empty, EndsSentence: false);

    private static ClauseTerminator Unmarked => new(string.Empty, EndsSentence: true);

    /// <summary>Reads espeak-ng's clause type (<c>CLAUSE_*</c> of its <c>translate.h</c>).</summary>
    public static ClauseTerminator FromClauseType(int type) => new(
        (type & TypeMask) switch
        {
            0x80028 => ".",
            0x82028 => "?",
            0x8302D => "!",
            0x41014 => ", ",
            0x4001E => ": ",
            0x4101E => "; ",
            _ => string.Empty,
        },
        (type & SentenceBit) != 0);

    /// <summary>
    /// Finds the terminator in the source, for an espeak-ng that does not report it. Its pointer stands one code point
    /// into the next clause, which may take several bytes.
    /// </summary>
    /// <param name="text">UTF-8, the whole text without the closing zero.</param>
    /// <param name="next">Where espeak-ng's pointer stands; -1 at the end of the text.</param>
    public static ClauseTerminator FindBefore(ReadOnlySpan<byte> text, int next)
    {
        ReadOnlySpan<byte> clause = text;
        if (next >= 0)
        {
            clause = text[..next];
            Rune.DecodeLastFromUtf8(clause, out _, out int length);
            clause = clause[..^length];
        }

        int lineFeeds = 0;
        while (!clause.IsEmpty)
        {
            Rune.DecodeLastFromUtf8(clause, out Rune last, out int length);
            if (!Rune.IsWhiteSpace(last))
            {
                return lineFeeds > 1 && FromMark(last) == None ? Unmarked : FromMark(last);
            }

            lineFeeds += last.Value == '\n' ? 1 : 0;
            clause = clause[..^length];
        }

        return None;
    }

    // Dashes and full-width marks are given the type that espeak-ng itself reports for them.
    private static ClauseTerminator FromMark(Rune mark) => mark.Value switch
    {
        '.' => new(".", EndsSentence: true),
        '?' => new("?", EndsSentence: true),
        '!' => new("!", EndsSentence: true),
        ',' => new(", ", EndsSentence: false),
        ':' => new(": ", EndsSentence: false),
        ';' or '–' or '—' => new("; ", EndsSentence: false),
        '。' or '．' or '？' or '！' => Unmarked,
        _ => None,
    };
}
