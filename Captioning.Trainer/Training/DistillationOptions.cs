namespace Captioning.Trainer.Training;

/// <summary>How a model learns from others.</summary>
internal sealed record DistillationOptions
{
    /// <summary>Runs or bundles of the teachers; at least one.</summary>
    public required IReadOnlyList<string> Teachers { get; init; }

    /// <summary>The share of the loss that the teachers have, 0 to 1; the rest is the captions' tokens.</summary>
    public double Weight { get; init; } = 0.7;

    /// <summary>The logits of teachers and student are divided by this, above 0: more than 1 shows what is less likely more clearly.</summary>
    public double Temperature { get; init; } = 1;
}
