namespace Captioning.Trainer.Service;

/// <summary>A training as the ledger has it.</summary>
internal sealed record TrainingRecord
{
    /// <summary>Its number, in the order of the requests.</summary>
    public required long Number { get; init; }

    /// <summary>The requester's id.</summary>
    public required string TrainingId { get; init; }

    /// <summary>Why it was asked for.</summary>
    public string? Reason { get; init; }

    public required TrainingStatus Status { get; init; }

    /// <summary>What came of it, in plain English; null before its end.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether somebody wants it ended.</summary>
    public required bool IsCancelled { get; init; }

    /// <summary>The version that it starts from; null before it has started.</summary>
    public string? BaseVersion { get; init; }

    /// <summary>The version that its model gets; null before it has started.</summary>
    public string? CandidateVersion { get; init; }

    /// <summary>The number of the last feedback that it learns from; 0 before it has started.</summary>
    public required long LastFeedback { get; init; }
}
