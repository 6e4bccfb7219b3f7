namespace Captioning.Trainer.Evaluation;

/// <summary>Numbers words in the order in which they are first seen, from 0.</summary>
internal sealed class WordIds
{
    private readonly Dictionary<string, int> _ids = [];

    public int[] Of(IReadOnlyList<string> words)
    {
        int[] ids = new int[words.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!_ids.TryGetValue(words[i], out ids[i]))
            {
                ids[i] = _ids.Count;
                _ids.Add(words[i], ids[i]);
            }
        }

        return ids;
    }
}
