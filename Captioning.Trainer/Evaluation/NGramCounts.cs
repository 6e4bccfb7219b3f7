namespace Captioning.Trainer.Evaluation;

/// <summary>How often each n-gram of 1 to <see cref="MaxOrder"/> tokens occurs in one caption.</summary>
internal sealed class NGramCounts
{
    /// <summary>Both BLEU-4 and CIDEr count n-grams of up to four tokens.</summary>
    public const int MaxOrder = 4;

    private readonly int[] _ids;
    private readonly int[] _counts;
    private readonly (int Start, int End)[] _orders;

    private NGramCounts(int[] ids, int[] counts, (int, int)[] orders, int tokens)
    {
        _ids = ids;
        _counts = counts;
        _orders = orders;
        Tokens = tokens;
    }

    /// <summary>Length of the caption in tokens.</summary>
    public int Tokens { get; }

    /// <summary>Distinct n-grams of <paramref name="order"/> tokens, ascending; those outside the index come first, each as
    /// <see cref="NGramIndex.Unknown"/>.</summary>
    public ReadOnlySpan<int> Ids(int order) => _ids.AsSpan(_orders[order - 1].Start.._orders[order - 1].End);

    /// <summary>Occurrences, one for each of <see cref="Ids"/>.</summary>
    public ReadOnlySpan<int> Counts(int order) => _counts.AsSpan(_orders[order - 1].Start.._orders[order - 1].End);

    /// <summary>Occurrences of the n-gram <paramref name="id"/> in this caption.</summary>
    public int CountOf(int order, int id)
    {
        int at = id == NGramIndex.Unknown ? -1 : Ids(order).BinarySearch(id);
        return at < 0 ? 0 : Counts(order)[at];
    }

    /// <summary>Counts the n-grams of a reference and adds them to the index.</summary>
    public static NGramCounts OfReference(ReadOnlySpan<int> tokens, NGramIndex index) => Of(tokens, index, grow: true);

    /// <summary>Counts the n-grams of a hypothesis; the index stays as it is, so any number of threads may count at once.</summary>
    public static NGramCounts OfHypothesis(ReadOnlySpan<int> tokens, NGramIndex index) => Of(tokens, index, grow: false);

    private static NGramCounts Of(ReadOnlySpan<int> tokens, NGramIndex index, bool grow)
    {
        const int OnStack = 128;
        int length = tokens.Length;
        Span<int> first = length <= OnStack ? stackalloc int[OnStack] : new int[length];
        Span<int> nodes = length <= OnStack ? stackalloc int[OnStack] : new int[length];
        Span<int> occurrences = length <= OnStack ? stackalloc int[OnStack] : new int[length];
        first[..length].Clear();
        nodes[..length].Clear(); // NGramIndex.Root

        int[] ids = new int[MaxOrder * length];
        int[] counts = new int[MaxOrder * length];
        (int, int)[] orders = new (int, int)[MaxOrder];
        int used = 0;
        for (int order = 1; order <= MaxOrder; order++)
        {
            int start = used;
            // Equal n-grams start with equal (n-1)-grams, whose first places are known from the round before: going backwards, those of
            // the places before i still stand. Captions are short: comparing places is faster than hashing them.
            for (int i = length - order; i >= 0; i--)
            {
                int earlier = first[i];
                while (earlier < i && (first[earlier] != first[i] || tokens[earlier + order - 1] != tokens[i + order - 1]))
                {
                    earlier++;
                }

                first[i] = earlier;
            }

            for (int i = 0; i + order <= length; i++)
            {
                if (first[i] == i)
                {
                    int token = tokens[i + order - 1];
                    nodes[i] = grow ? index.FindOrAdd(nodes[i], token) : index.Find(nodes[i], token);
                    occurrences[i] = 1;
                }
                else
                {
                    nodes[i] = nodes[first[i]];
                    occurrences[first[i]]++;
                }
            }

            for (int i = 0; i + order <= length; i++)
            {
                if (first[i] == i)
                {
                    ids[used] = nodes[i];
                    counts[used++] = occurrences[i];
                }
            }

            ids.AsSpan(start, used - start).Sort(counts.AsSpan(start, used - start));
            orders[order - 1] = (start, used);
        }

        return new NGramCounts(ids, counts, orders, length);
    }
}
