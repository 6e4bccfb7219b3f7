namespace Captioning.Trainer.Data;

/// <summary>Counts defects by kind and keeps a few examples of each.</summary>
internal sealed class ProblemLog
{
    private const int Examples = 3;

    private readonly Dictionary<string, (int Count, List<string> Examples)> _problems = [];

    public void Add(string description, string example)
    {
        (int count, List<string> examples) = _problems.GetValueOrDefault(description, (0, []));
        if (examples.Count < Examples)
        {
            examples.Add(example);
        }

        _problems[description] = (count + 1, examples);
    }

    public IReadOnlyList<DatasetProblem> ToList() => [.. _problems.Select(p => new DatasetProblem(p.Key, p.Value.Count, p.Value.Examples))];
}
