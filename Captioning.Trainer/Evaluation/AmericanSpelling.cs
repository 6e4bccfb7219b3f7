using System.Collections.Frozen;

namespace Captioning.Trainer.Evaluation;

/// <summary>
/// Rewrites British spellings as American ones, as the tokenizer of the COCO caption evaluation does, so that "grey" in a caption
/// matches "gray" in a reference. Only lower-case words change.
/// </summary>
internal static class AmericanSpelling
{
    private static readonly FrozenDictionary<string, string> Words = Build();
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    // Words that end in -our on both sides of the Atlantic, as stems: a word that contains one of them stays.
    private static readonly string[] KeepOur =
    [
        "abatjour", "beflour", "bonjour", "calambour", "carrefour", "cornflour", "contour", "detour", "devour", "dortour", "dyvour",
        "downpour", "giaour", "glamour", "holour", "inpour", "outpour", "pandour", "paramour", "pompadour", "recontour", "repour",
        "ryeflour", "sompnour", "tambour", "troubadour", "tregetour", "velour",
    ];

    /// <summary>The American spelling of <paramref name="word"/>, or null where it stays as it is.</summary>
    public static string? Of(ReadOnlySpan<char> word)
    {
        if (word.Length < 4)
        {
            return null;
        }

        if (Lookup.TryGetValue(word, out var american))
        {
            return american;
        }

        if (word.Length < 6)
        {
            return null;
        }

        if (word.Contains("haem", StringComparison.Ordinal))
        {
            return word.ToString().Replace("haemato", "hemato", StringComparison.Ordinal).Replace("haemo", "hemo", StringComparison.Ordinal);
        }

        if (word.EndsWith("programme") || word.EndsWith("programmes"))
        {
            return word.ToString().Replace("programme", "program", StringComparison.Ordinal);
        }

        var stem = word.EndsWith("s") ? word[..^1] : word;
        return stem.EndsWith("our") && stem.Length >= 6 && !stem.ContainsAnyExceptInRange('a', 'z') && !KeepsOur(stem)
            ? string.Concat(stem[..^3], "or", word[stem.Length..])
            : null;
    }

    private static bool KeepsOur(ReadOnlySpan<char> word)
    {
        foreach (var kept in KeepOur)
        {
            if (word.Contains(kept, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static FrozenDictionary<string, string> Build()
    {
        var words = new Dictionary<string, string>
        {
            ["anaesthetic"] = "anesthetic", ["analogue"] = "analog", ["analogues"] = "analogs", ["analyse"] = "analyze",
            ["analysed"] = "analyzed", ["analysing"] = "analyzing", ["centre"] = "center", ["chimaeric"] = "chimeric",
            ["defence"] = "defense", ["encyclopaedia"] = "encyclopedia", ["fibre"] = "fiber", ["fibres"] = "fibers",
            ["grey"] = "gray", ["homologue"] = "homolog", ["homologues"] = "homologs", ["kerb"] = "curb", ["leant"] = "leaned",
            ["learnt"] = "learned", ["manoeuvre"] = "maneuver", ["manoeuvres"] = "maneuvers", ["meagre"] = "meager",
            ["oestrogen"] = "estrogen", ["oestrogens"] = "estrogens", ["practise"] = "practice", ["practised"] = "practiced",
            ["theatre"] = "theater", ["theatres"] = "theaters", ["titre"] = "titer", ["titres"] = "titers",
        };
        Derive("our", "or", "armoured coloured colouring colourful discoloured discolouring endeavoured endeavouring favoured favouring " +
            "favourite favourites flavoured flavouring honoured honouring honourable humoured humouring laboured labouring " +
            "neighbourhood neighbourhoods rumoured rumouring savoured savouring");
        Derive("is", "iz", "capitalise capitalised capitalisation finalise finalised finalising localise localised maximise maximised " +
            "maximising modernise modernised modernising organisation organisations penalise penalised popularise popularised " +
            "popularises popularising pressurise pressurised pressurises pressurising realise realised realises realising " +
            "recognise recognised recognises recognising");
        Derive("mis", "miz", "minimise minimised minimising");
        Derive("ll", "l", "cancelled cancelling labelled labelling travelled travelling");
        return words.ToFrozenDictionary();

        void Derive(string british, string american, string list)
        {
            foreach (var word in list.Split(' '))
            {
                var at = word.LastIndexOf(british, StringComparison.Ordinal);
                words.Add(word, string.Concat(word.AsSpan(0, at), american, word.AsSpan(at + british.Length)));
            }
        }
    }
}
