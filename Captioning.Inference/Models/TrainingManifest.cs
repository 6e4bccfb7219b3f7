namespace Captioning.Inference.Models;

/// <summary>Where a model comes from and how well it does.</summary>
public sealed record TrainingManifest
{
    /// <summary>The training data, for people.</summary>
    public required string Data { get; init; }

    /// <summary>What the scores were measured on.</summary>
    public string? ScoredOn { get; init; }

    /// <summary>Scores of the COCO caption evaluation, such as <c>cider</c>, by their names.</summary>
    public IReadOnlyDictionary<string, double>? Scores { get; init; }
}
