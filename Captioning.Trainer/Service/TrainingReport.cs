namespace Captioning.Trainer.Service;

/// <summary>What is known of a training at its end; a file beside its candidate.</summary>
internal sealed record TrainingReport
{
    public required string TrainingId { get; init; }

    /// <summary>Why it was asked for.</summary>
    public string? Request { get; init; }

    public required bool IsPublished { get; init; }

    /// <summary>Why, in plain English.</summary>
    public required string Reason { get; init; }

    /// <summary>The model's id.</summary>
    public required string ModelId { get; init; }

    public required string BaseVersion { get; init; }

    public required string CandidateVersion { get; init; }

    /// <summary>The scores of the model that was trained further; null where nothing was trained.</summary>
    public ModelScores? Current { get; init; }

    /// <summary>The scores of the model that came of it; null where nothing was trained.</summary>
    public ModelScores? Candidate { get; init; }

    public required TrainingData Data { get; init; }

    public required DateTimeOffset Time { get; init; }
}
