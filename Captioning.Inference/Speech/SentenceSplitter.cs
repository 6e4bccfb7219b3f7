namespace Captioning.Inference.Speech;

/// <summary>Keeps one run of the model within bounds: its memory grows with the square of the phonemes.</summary>
internal static class SentenceSplitter
{
    /// <summary>About half a minute of speech, several times the length of an ordinary sentence.</summary>
    public const int MaxPhonemes = 512;

    /// <summary>Cuts an overlong sentence after punctuation, else between words, else anywhere.</summary>
    public static IEnumerable<string> Split(string sentence)
    {
        while (sentence.Length > MaxPhonemes)
        {
            int cut = CutAt(sentence.AsSpan(0, MaxPhonemes));
            yield return sentence[..cut];
            sentence = sentence[cut..];
        }

        yield return sentence;
    }

    private static int CutAt(ReadOnlySpan<char> head)
    {
        int mark = head.LastIndexOfAny(",:;");
        int space = mark >= 0 ? mark : head.LastIndexOf(' ');
        return space >= 0 ? space + 1
            : char.IsHighSurrogate(head[^1]) ? head.Length - 1
            : head.Length;
    }
}
