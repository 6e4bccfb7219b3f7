using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Captioning.Inference.Speech;

/// <summary>
/// Unicode normalisation form D. Under invariant globalization <see cref="string.Normalize(NormalizationForm)"/> leaves
/// everything but ASCII as it is, so the decompositions are carried along. Marks that already stand apart keep their order.
/// </summary>
internal static class CanonicalDecomposition
{
    private const int HangulBase = 0xAC00;
    private const int HangulCount = 11172;
    private const int VowelsTimesTails = 588;
    private const int Tails = 28;

    private static readonly Lazy<FrozenDictionary<int, string>> Table = new(Read);

    /// <summary>Splits every composed character into its base and its marks.</summary>
    public static string Decompose(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        StringBuilder decomposed = new(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int hangul = rune.Value - HangulBase;
            if (hangul is >= 0 and < HangulCount)
            {
                decomposed.Append((char)(0x1100 + (hangul / VowelsTimesTails)));
                decomposed.Append((char)(0x1161 + (hangul % VowelsTimesTails / Tails)));
                if (hangul % Tails != 0)
                {
                    decomposed.Append((char)(0x11A7 + (hangul % Tails)));
                }
            }
            else if (Table.Value.TryGetValue(rune.Value, out string? parts))
            {
                decomposed.Append(parts);
            }
            else
            {
                decomposed.Append(rune);
            }
        }

        return decomposed.ToString();
    }

    private static FrozenDictionary<int, string> Read()
    {
        using Stream resource = typeof(CanonicalDecomposition).Assembly.GetManifestResourceStream("decompositions.txt")!;
        using StreamReader reader = new(resource);
        Dictionary<int, string> table = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            int[] codePoints = [.. line.Split(' ').Select(code => int.Parse(code, NumberStyles.HexNumber))];
            table[codePoints[0]] = string.Concat(codePoints.Skip(1).Select(char.ConvertFromUtf32));
        }

        return table.ToFrozenDictionary();
    }
}
