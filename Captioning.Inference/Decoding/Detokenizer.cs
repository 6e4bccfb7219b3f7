using System.Text;

namespace Captioning.Inference.Decoding;

/// <summary>
/// Makes a sentence of the tokens of a Penn Treebank tokeniser: capitalised, spaced as English is, ended by one period.
/// </summary>
public static class Detokenizer
{
    /// <summary>Joins tokens to a sentence; no tokens give an empty string.</summary>
    public static string Join(IEnumerable<string> tokens)
    {
        StringBuilder text = new();
        bool glue = true;
        bool quoted = false;
        foreach (string token in tokens)
        {
            string word = token switch
            {
                "-lrb-" => "(",
                "-rrb-" => ")",
                "``" or "''" => "\"",
                "i" => "I",
                _ => token,
            };
            bool opens = word is "(" or "[" or "$" or "#";
            bool closes = IsSuffix(word);
            if (word == "\"")
            {
                (opens, closes, quoted) = (!quoted, quoted, !quoted);
            }

            if (!glue && !closes)
            {
                text.Append(' ');
            }

            text.Append(word);
            glue = opens;
        }

        while (text.Length > 0 && text[^1] is '.' or ' ')
        {
            text.Length--;
        }

        if (text.Length == 0)
        {
            return string.Empty;
        }

        text[0] = char.ToUpperInvariant(text[0]);
        return (text[^1] is '!' or '?' ? text : text.Append('.')).ToString();
    }

    private static bool IsSuffix(string word) =>
        word is "." or "," or ";" or ":" or "!" or "?" or "%" or ")" or "]" or "..." or "n't" or "'s" or "'re" or "'ve" or "'ll" or "'d" or "'m" or "'";
}
