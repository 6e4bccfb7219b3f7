namespace Captioning.Trainer.Training;

/// <summary>What the reward of a drawn caption is compared with.</summary>
internal enum RewardBaseline
{
    /// <summary>The mean reward of the image's other drawn captions.</summary>
    Samples,

    /// <summary>The reward of the caption that always takes the likeliest token.</summary>
    Greedy,
}
