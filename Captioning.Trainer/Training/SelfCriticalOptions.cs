namespace Captioning.Trainer.Training;

/// <summary>How a model learns from the rewards of its own captions.</summary>
internal sealed record SelfCriticalOptions
{
    /// <summary>Captions that are drawn for each image.</summary>
    public int Samples { get; init; } = 5;

    /// <summary>What a caption's reward is compared with.</summary>
    public RewardBaseline Baseline { get; init; } = RewardBaseline.Samples;

    /// <summary>The share of the loss that the cross-entropy of people's captions has, 0 to 1.</summary>
    public double CrossEntropyWeight { get; init; }

    /// <summary>How much of the entropy of the next token, in nats, is added to the reward of each.</summary>
    public double EntropyWeight { get; init; }
}
