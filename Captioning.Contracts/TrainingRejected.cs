namespace Captioning.Contracts;

/// <summary>A training ended without a new model: its candidate is not good enough, or it failed or was cancelled.</summary>
public sealed record TrainingRejected
{
    /// <summary>The training's id.</summary>
    public required string TrainingId { get; init; }

    /// <summary>Why, in plain English, with the scores that decided.</summary>
    public required string Reason { get; init; }

    /// <summary>The candidate's scores, by their names; null where there is none.</summary>
    public IReadOnlyDictionary<string, double>? Candidate { get; init; }

    /// <summary>The scores of the model that serves, by the same names.</summary>
    public IReadOnlyDictionary<string, double>? Current { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }
}
