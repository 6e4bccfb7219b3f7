using System.Collections.Frozen;

namespace Captioning.Trainer.Evaluation;

/// <summary>
/// Splits a caption into the tokens that the COCO caption evaluation scores: Penn Treebank tokens as Stanford's PTBTokenizer gives
/// them, in lower case, without punctuation; British spellings stay. Web and e-mail addresses, smileys and mark-up get no treatment of
/// their own.
/// </summary>
/// <remarks>Chen et al., "Microsoft COCO Captions: Data Collection and Evaluation Server", 2015, section 4.</remarks>
public static class PtbTokenizer
{
    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Assimilations =
        new Dictionary<string, int>
        {
            ["cannot"] = 3, ["dunno"] = 2, ["gimme"] = 3, ["gonna"] = 3, ["gotta"] = 3, ["lemme"] = 3, ["wanna"] = 3,
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Clitics = ["s", "m", "d", "re", "ve", "ll"];

    // Words that lose letters at an apostrophe and are one token all the same.
    private static readonly string[] Elided =
        ["c'mon", "cont'd", "e'er", "ev'ry", "li'l", "nat'l", "nor'easter", "s'mores", "dunkin'", "ol'", "somethin'"];
    private static readonly string[] LeadingElided = ["n'", "n", "em", "till", "til", "cause"];

    /// <summary>The tokens of <paramref name="text"/>, in order.</summary>
    public static IReadOnlyList<string> Tokenize(ReadOnlySpan<char> text)
    {
        List<string> tokens = new List<string>((text.Length / 5) + 1);
        for (int at = 0; at < text.Length;)
        {
            at += char.IsWhiteSpace(text[at]) ? 1 : Next(text, at, tokens);
        }

        return tokens;
    }

    /// <summary>Adds the tokens that start at <paramref name="at"/>, if any, and returns how many characters they take.</summary>
    private static int Next(ReadOnlySpan<char> text, int at, List<string> tokens)
    {
        ReadOnlySpan<char> rest = text[at..];
        if (IsApostrophe(rest[0]))
        {
            return Apostrophe(rest, tokens);
        }

        bool signed = rest.Length > 1 && rest[0] is '-' or '+' && StartsNumber(rest[1..]);
        if (signed || char.IsLetterOrDigit(rest[0]) || StartsNumber(rest))
        {
            return Word(rest, tokens);
        }

        return Symbol(rest, tokens);
    }

    private static int Apostrophe(ReadOnlySpan<char> rest, List<string> tokens)
    {
        ReadOnlySpan<char> after = rest[1..];
        if (Clitic(rest) is > 0 and var clitic)
        {
            return Add(rest[..clitic], tokens);
        }

        foreach (string elided in LeadingElided)
        {
            if (StartsWord(after, elided))
            {
                return Add(rest[..(1 + elided.Length)], tokens);
            }
        }

        if (StartsWord(after, "tis") || StartsWord(after, "twas"))
        {
            tokens.Add("'t");
            return 2;
        }

        if (after is [>= '1' and <= '9', '0', 's' or 'S', ..] && !IsWordAt(after, 3))
        {
            return Add(rest[..4], tokens);
        }

        return after.Length > 2 && char.IsDigit(after[0]) && char.IsDigit(after[1]) && char.IsWhiteSpace(after[2])
            ? Add(rest[..3], tokens)
            : 1;
    }

    private static int Word(ReadOnlySpan<char> rest, List<string> tokens)
    {
        int letters = Run(rest);
        if (Negation(rest, letters) is > 0 and var verb)
        {
            Add(rest[..verb], tokens);
            tokens.Add("n't");
            return verb + 3;
        }

        if (Elision(rest, letters) is > 0 and var elision)
        {
            return Add(rest[..elision], tokens);
        }

        if (letters < rest.Length && rest[letters] == '$' && !rest[..letters].ContainsAnyExceptInRange('A', 'Z'))
        {
            return Add(rest[..(letters + 1)], tokens);
        }

        int sentence = letters > 0 && char.IsLetter(rest[0]) ? Joined(rest, letters) : 0;
        int length = Math.Max(Math.Max(sentence, Slashed(rest, letters)), Math.Max(Number(rest), Hyphenated(rest)));
        ReadOnlySpan<char> word = rest[..length];
        if (length < rest.Length && rest[length] == '.' && KeepsFullStop(word, rest[(length + 1)..], length == sentence))
        {
            return Add(rest[..(length + 1)], tokens);
        }

        return length == letters && Assimilations.TryGetValue(word, out int split)
            ? Add(word[..split], tokens) + Add(word[split..], tokens)
            : Add(word, tokens);
    }

    private static int Symbol(ReadOnlySpan<char> rest, List<string> tokens)
    {
        int run = 1;
        while (run < rest.Length && rest[run] == rest[0])
        {
            run++;
        }

        switch (rest[0])
        {
            // A rule of five hyphens and more and a row of marks are tokens; anything shorter is punctuation.
            case '-':
                return run > 4 ? Add(rest[..run], tokens) : run;
            case '?' or '!':
                var marks = rest.IndexOfAnyExcept('?', '!') is >= 0 and var end ? end : rest.Length;
                return marks > 1 ? Add(rest[..marks], tokens) : 1;
            case '#' or '@' when rest.Length > 1 && char.IsLetter(rest[1]):
                int name = 2;
                while (name < rest.Length && (rest[name] == '_' || char.IsLetterOrDigit(rest[name])))
                {
                    name++;
                }

                return Add(rest[..name], tokens);
            case '#' or '@' or '_' or '=' or '*':
                return Add(rest[..run], tokens);
        }

        string? token = rest[0] switch
        {
            '(' => "-lrb-",
            ')' => "-rrb-",
            '[' => "-lsb-",
            ']' => "-rsb-",
            '{' => "-lcb-",
            '}' => "-rcb-",
            '½' => "1/2",
            '¼' => "1/4",
            '¾' => "3/4",
            '⅓' => "1/3",
            '⅔' => "2/3",
            '£' => "#",
            '¢' => "cents",
            '€' or '¤' => "$",
            '.' or ',' or ';' or ':' or '"' or '`' or '‘' or '‚' or '‛' or '“' or '”' or '„' or '‟' or '«' or '»' or '‹' or '›' => null,
            '…' or '–' or '—' or '―' => null,
            var other when char.IsControl(other) || char.IsSurrogate(other) => null,
            var other => other.ToString(),
        };
        if (token is not null)
        {
            tokens.Add(token);
        }

        return 1;
    }

    /// <summary>Length of "'s" and its like at the start, 0 where there is none.</summary>
    private static int Clitic(ReadOnlySpan<char> rest)
    {
        foreach (string clitic in Clitics)
        {
            if (StartsWord(rest[1..], clitic))
            {
                return clitic.Length + 1;
            }
        }

        return 0;
    }

    /// <summary>Length of the verb in front of "n't", 0 where there is none; a bare "n't" is an <see cref="Elision"/>.</summary>
    private static int Negation(ReadOnlySpan<char> rest, int letters)
    {
        int verb = letters - 1;
        return verb > 0 && EndsInNot(rest, letters) && char.IsLetter(rest[verb - 1]) && rest[verb - 1] is not ('n' or 'N') ? verb : 0;
    }

    private static bool EndsInNot(ReadOnlySpan<char> rest, int letters) =>
        rest[Math.Max(letters - 1, 0)] is 'n' or 'N' && letters < rest.Length && IsApostrophe(rest[letters]) && StartsWord(rest[(letters + 1)..], "t");

    /// <summary>Length of a word with an apostrophe inside that is one token ("o'clock", "ma'am", a bare "n't"), 0 where there is none.</summary>
    private static int Elision(ReadOnlySpan<char> rest, int letters)
    {
        if (letters == 0 || letters + 1 > rest.Length || letters == rest.Length || !IsApostrophe(rest[letters]))
        {
            return 0;
        }

        if (letters == 1 && EndsInNot(rest, letters))
        {
            return 3;
        }

        foreach (string elided in Elided)
        {
            if (SameWord(rest, elided))
            {
                return elided.Length;
            }
        }

        if (letters == 1 && rest[0] is 'y' or 'Y' && IsWordAt(rest, 2))
        {
            return 2;
        }

        int tail = Run(rest[(letters + 1)..]);
        if (tail == 0 || Clitic(rest[letters..]) > 0)
        {
            return 0;
        }

        char next = rest[letters + 1];
        bool prefix = letters == 1 && (rest[0] is 'o' or 'O' or 'd' or 'D' or 'l' or 'L' || (tail > 1 && rest[0] is (>= 'A' and <= 'Z' and not 'I') or 'n'));
        bool vowels = "aeiouyAEIOUY".Contains(rest[letters - 1]) && ("aeiou".Contains(next) || next is >= 'A' and <= 'Z');
        return prefix || vowels ? Hyphens(rest, letters + 1 + tail) : 0;
    }

    /// <summary>Length of words that a missing space has joined ("woods.The"), given the length of the first.</summary>
    private static int Joined(ReadOnlySpan<char> rest, int length)
    {
        while (length + 1 < rest.Length && rest[length] is '.' or '!' or '?' && char.IsLetter(rest[length + 1]))
        {
            length += 1 + Run(rest[(length + 1)..]);
        }

        return length;
    }

    private static int Number(ReadOnlySpan<char> rest)
    {
        int at = rest[0] is '-' or '+' ? 1 : 0;
        while (at < rest.Length && char.IsDigit(rest[at]))
        {
            at++;
        }

        while (at + 1 < rest.Length && rest[at] is '.' or ':' or ',' && char.IsDigit(rest[at + 1]))
        {
            at++;
            while (at < rest.Length && char.IsDigit(rest[at]))
            {
                at++;
            }
        }

        return at;
    }

    /// <summary>Length of a word with hyphens inside; its first part may hold full stops and commas ("1,000-foot", "U.S.-made").</summary>
    private static int Hyphenated(ReadOnlySpan<char> rest)
    {
        int plain = Run(rest);
        int first = rest[0] is '-' or '+' ? Number(rest) : 0;
        int at = Math.Max(first, plain);
        while (at < rest.Length && (rest[at] is '.' or ',' || char.IsLetterOrDigit(rest[at])))
        {
            at++;
        }

        int length = Hyphens(rest, at);
        return length > at ? length : Hyphens(rest, plain);
    }

    private static int Hyphens(ReadOnlySpan<char> rest, int at)
    {
        while (at > 0 && at + 1 < rest.Length && rest[at] is '-' or '‐' or '‑' && Run(rest[(at + 1)..]) is > 0 and var part)
        {
            at += 1 + part;
        }

        return at;
    }

    /// <summary>Length of "and/or", "10/12/2010": up to two strokes between words.</summary>
    private static int Slashed(ReadOnlySpan<char> rest, int at)
    {
        for (int strokes = 0; strokes < 2 && at > 0 && at + 1 < rest.Length && rest[at] == '/' && Run(rest[(at + 1)..]) is > 0 and var part; strokes++)
        {
            at += 1 + part;
        }

        return at;
    }

    private static bool KeepsFullStop(ReadOnlySpan<char> word, ReadOnlySpan<char> after, bool isWord)
    {
        if (!isWord)
        {
            return false;
        }

        // One letter at the end of a caption ends a sentence; inside, it is an initial.
        bool acronym = word.Length == 1 ? !after.IsWhiteSpace() : IsAcronym(word);
        return acronym || after is [',' or ';' or ':', ..] || Abbreviations.KeepsFullStop(word, after);
    }

    private static bool IsAcronym(ReadOnlySpan<char> word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsAsciiLetter(word[i]) : word[i] != '.')
            {
                return false;
            }
        }

        return word.Length % 2 == 1;
    }

    /// <summary>Adds a token in lower case, with plain apostrophes, and returns its length in the text.</summary>
    private static int Add(ReadOnlySpan<char> raw, List<string> tokens)
    {
        tokens.Add(string.Create(raw.Length, raw, static (buffer, source) =>
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = IsApostrophe(source[i]) ? '\'' : char.ToLowerInvariant(source[i]);
            }
        }));
        return raw.Length;
    }

    /// <summary>Number of letters, digits and combining marks at the start.</summary>
    private static int Run(ReadOnlySpan<char> rest)
    {
        int at = 0;
        while (IsWordAt(rest, at))
        {
            at++;
        }

        return at;
    }

    private static bool IsWordAt(ReadOnlySpan<char> text, int at) =>
        at < text.Length && (char.IsLetterOrDigit(text[at]) || (at > 0 && char.GetUnicodeCategory(text[at]) is
            System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark));

    private static bool StartsNumber(ReadOnlySpan<char> rest) =>
        char.IsDigit(rest[0]) || (rest.Length > 1 && rest[0] is '.' or ',' && char.IsDigit(rest[1]));

    private static bool StartsWord(ReadOnlySpan<char> rest, ReadOnlySpan<char> word) =>
        rest.StartsWith(word, StringComparison.OrdinalIgnoreCase) && !IsWordAt(rest, word.Length);

    private static bool SameWord(ReadOnlySpan<char> rest, string word)
    {
        if (rest.Length < word.Length || IsWordAt(rest, word.Length))
        {
            return false;
        }

        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] == '\'' ? !IsApostrophe(rest[i]) : char.ToLowerInvariant(rest[i]) != word[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsApostrophe(char c) => c is '\'' or '’' or '´';
}
