using System.Text;
using Captioning.Inference.Models;

namespace Captioning.Trainer.Training;

/// <summary>The words of a model: four special tokens, then words by falling count, those of one count by their letters.</summary>
internal sealed class WordList
{
    public const int Pad = 0;
    public const int Bos = 1;
    public const int Eos = 2;
    public const int Unk = 3;

    private static readonly string[] Special = ["<pad>", "<bos>", "<eos>", "<unk>"];

    private readonly Dictionary<string, int> _ids = [];

    private WordList(IReadOnlyList<string> words)
    {
        Words = words;
        for (int i = 0; i < words.Count; i++)
        {
            _ids.Add(words[i], i);
        }
    }

    /// <summary>All tokens; the place is the id.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Gathers the words of captions.</summary>
    /// <param name="captions">The captions' words.</param>
    /// <param name="minCount">Words that come less often are left out.</param>
    public static WordList Of(IEnumerable<IReadOnlyList<string>> captions, int minCount)
    {
        Dictionary<string, int> counts = [];
        foreach (string word in captions.SelectMany(caption => caption))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return new WordList([
            .. Special,
            .. counts.Where(word => word.Value >= minCount && !Special.Contains(word.Key))
                .OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal).Select(word => word.Key),
        ]);
    }

    /// <summary>The words of a model that is there.</summary>
    /// <exception cref="TrainingException">Its special tokens are not the usual ones at the usual places.</exception>
    public static WordList Of(Vocabulary vocabulary) =>
        vocabulary.Size > Special.Length && Enumerable.Range(0, Special.Length).All(id => vocabulary[id] == Special[id])
            ? new WordList([.. Enumerable.Range(0, vocabulary.Size).Select(id => vocabulary[id])])
            : throw new TrainingException($"The model's vocabulary does not begin with {string.Join(", ", Special)}: it cannot be trained on.");

    /// <summary>These words, and after them the unknown ones among captions' words that come often enough.</summary>
    /// <param name="captions">The captions' words.</param>
    /// <param name="minCount">Words that come less often stay unknown.</param>
    public WordList With(IEnumerable<IReadOnlyList<string>> captions, int minCount) =>
        new([.. Words, .. Of(captions, minCount).Words.Skip(Special.Length).Where(word => !_ids.ContainsKey(word))]);

    /// <summary>The ids of words, cut to a length; <see cref="Unk"/> for unknown ones.</summary>
    public int[] Encode(IEnumerable<string> words, int maxWords) => [.. words.Take(maxWords).Select(word => _ids.GetValueOrDefault(word, Unk))];

    /// <summary>The vocabulary file of a bundle.</summary>
    public byte[] ToFile() => Encoding.UTF8.GetBytes(string.Join('\n', Words) + '\n');

    /// <summary>What a bundle's manifest says of the file.</summary>
    public VocabularyManifest ToManifest(string file) => new()
    {
        File = file, Size = Words.Count, Pad = Special[Pad], Bos = Special[Bos], Eos = Special[Eos], Unk = Special[Unk],
    };
}
