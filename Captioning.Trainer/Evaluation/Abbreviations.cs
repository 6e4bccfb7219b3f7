using System.Collections.Frozen;

namespace Captioning.Trainer.Evaluation;

/// <summary>The abbreviations whose full stop belongs to the word in Penn Treebank tokens.</summary>
internal static class Abbreviations
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Always = Set(
        "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri " +
        "ala ariz calif colo conn ct dak fla ga ind kan kans ky md mich minn mo mont neb nev okla penn tenn va vt wis wisc wyo " +
        "inc co cos corp pty ltd plc rt bancorp bhd assn univ intl sys tel est ext sq jr sr bros ph.d ed.d esq etc al seq bldg vs " +
        "mr mrs ms dr drs prof profs sen sens rep reps atty attys lt col gen messrs gov govs adm rev maj sgt cpl pvt capt st ste ave " +
        "pres lieut hon brig cmdr comdr pfc spc supt supts det mt ft invt elec natl mfg mtg dept blvd rd");

    // Ordinary words in lower case, abbreviations with a capital.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Capitalised =
        Set("Az Ark Del Ill La Mass Miss Ore Pa Tex Wash");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeNumbers = Set("ca fig figs prop no nos art pp op");

    /// <summary>Whether the full stop after <paramref name="word"/> belongs to it, given the text that follows the full stop.</summary>
    public static bool KeepsFullStop(ReadOnlySpan<char> word, ReadOnlySpan<char> after)
    {
        if (word.Length > 8)
        {
            return false;
        }

        Span<char> lower = stackalloc char[8];
        lower = lower[..word.ToLowerInvariant(lower)];
        if (Always.Contains(lower) || Capitalised.Contains(word))
        {
            return true;
        }

        after = after is [' ' or '\t', ..] ? after[1..] : after;
        return after.Length > 0 && char.IsDigit(after[0]) && BeforeNumbers.Contains(lower);
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(string words) =>
        words.Split(' ').ToFrozenSet().GetAlternateLookup<ReadOnlySpan<char>>();
}
