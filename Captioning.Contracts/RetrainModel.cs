namespace Captioning.Contracts;

/// <summary>Has the trainer train the current model further on the feedback that has come since. Answered by events.</summary>
public sealed record RetrainModel
{
    /// <summary>The sender's own name for the training, 1 to 200 characters. It is the idempotency key, and events carry it.</summary>
    public required string TrainingId { get; init; }

    /// <summary>Why, for the report; null for no reason given.</summary>
    public string? Reason { get; init; }
}
