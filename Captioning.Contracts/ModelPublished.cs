namespace Captioning.Contracts;

/// <summary>A new version of a model is in the model folder and is to serve. Workers look there at once, and now and then without it.</summary>
public sealed record ModelPublished
{
    /// <summary>The model and its version.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>The training that made it; null where it was published by hand.</summary>
    public string? TrainingId { get; init; }

    /// <summary>The version that served before; null where there was none.</summary>
    public string? Replaces { get; init; }

    /// <summary>The model's scores, by their names: <c>cider</c>, <c>bleu4</c>, ...</summary>
    public IReadOnlyDictionary<string, double>? Scores { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset Time { get; init; }
}
