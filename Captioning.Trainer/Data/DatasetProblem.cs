namespace Captioning.Trainer.Data;

/// <summary>One kind of defect in a data set that was left out of it.</summary>
/// <param name="Description">What is wrong, such as "captions without text".</param>
/// <param name="Count">How often it occurs.</param>
/// <param name="Examples">Up to three places where it occurs.</param>
public sealed record DatasetProblem(string Description, int Count, IReadOnlyList<string> Examples)
{
    public override string ToString() => $"{Count:N0} {Description}: {string.Join(", ", Examples)}{(Count > Examples.Count ? ", ..." : "")}";
}
