namespace Captioning.Contracts;

/// <summary>How far a training has come.</summary>
public sealed record TrainingProgressed
{
    /// <summary>The training's id.</summary>
    public required string TrainingId { get; init; }

    /// <summary>What it does, in plain English: <c>computing features</c>, <c>epoch 2 of 4</c>, ...</summary>
    public required string Stage { get; init; }

    /// <summary>The share of the whole training that is done, 0 to 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>The mean loss of the epoch so far; null outside of epochs.</summary>
    public double? Loss { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }
}
