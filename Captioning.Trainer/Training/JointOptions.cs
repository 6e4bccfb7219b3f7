using Captioning.Trainer.Photos;

namespace Captioning.Trainer.Training;

/// <summary>How an encoder is trained together with its decoder.</summary>
internal sealed record JointOptions
{
    /// <summary>The defaults of a joint training where they differ from those of a decoder's.</summary>
    public static TrainingOptions Defaults { get; } = new() { Epochs = 3, LearningRate = 3e-4, WarmUpSteps = 50 };

    /// <summary>The encoder's highest learning rate; it rises and falls with the decoder's.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>So many of the encoder's layers, from the pixels on, stay as they are.</summary>
    public int FrozenLayers { get; init; }

    /// <summary>Images that go through the network at once; the gradients of a batch are added up. Fewer need less memory.</summary>
    public int MicroBatch { get; init; } = 8;

    /// <summary>How much photos are changed.</summary>
    public Augmentation Augmentation { get; init; } = new();
}
