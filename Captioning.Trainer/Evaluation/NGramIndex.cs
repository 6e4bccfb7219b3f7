using System.Runtime.InteropServices;

namespace Captioning.Trainer.Evaluation;

/// <summary>
/// A trie of n-grams over token ids: each n-gram is one number, found from the number of its first n-1 tokens and its last token, so
/// that no n-gram is ever joined into a string or an array.
/// </summary>
internal sealed class NGramIndex
{
    /// <summary>The empty n-gram, every unigram's prefix.</summary>
    public const int Root = 0;

    /// <summary>An n-gram that is not in the index.</summary>
    public const int Unknown = -1;

    private readonly Dictionary<long, int> _children = [];

    /// <summary>One more than the highest n-gram number.</summary>
    public int Count => _children.Count + 1;

    public int Find(int prefix, int token) => prefix != Unknown && _children.TryGetValue(Key(prefix, token), out int id) ? id : Unknown;

    public int FindOrAdd(int prefix, int token)
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_children, Key(prefix, token), out bool exists);
        if (!exists)
        {
            id = _children.Count;
        }

        return id;
    }

    private static long Key(int prefix, int token) => ((long)prefix << 32) | (uint)token;
}
