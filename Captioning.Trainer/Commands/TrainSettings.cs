using Captioning.Inference.Models;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Commands;

/// <summary>What <c>train</c> or <c>features</c> was asked to do.</summary>
internal sealed record TrainSettings
{
    /// <summary>File of captions.</summary>
    public required string Captions { get; init; }

    /// <summary>Folder of the images.</summary>
    public required string Images { get; init; }

    /// <summary>File with names of images, or the name of a split, to learn from.</summary>
    public required string Train { get; init; }

    /// <summary>File with names of images, or the name of a split, to be judged by.</summary>
    public required string Dev { get; init; }

    /// <summary>An encoder's graph or a bundle that has one; null for that of <see cref="From"/>.</summary>
    public string? Encoder { get; init; }

    /// <summary>The kind of a new model, and of features to compute.</summary>
    public ModelArchitecture Architecture { get; init; } = ModelArchitecture.Attention;

    /// <summary>A run or a bundle whose model is trained further; null for a new model.</summary>
    public string? From { get; init; }

    /// <summary>Trains on rewards of the model's own captions; null for cross-entropy.</summary>
    public SelfCriticalOptions? SelfCritical { get; init; }

    /// <summary>Folder of the features that are computed once.</summary>
    public required string Cache { get; init; }

    /// <summary>Folder of the run.</summary>
    public string Output { get; init; } = "";

    /// <summary>Goes on from the run's checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>Learns from other models, too; null for learning from captions alone.</summary>
    public DistillationOptions? Distillation { get; init; }

    public required TrainingOptions Options { get; init; }

    /// <summary>How the encoder is trained with the decoder; null where it stays as it is.</summary>
    public JointOptions? Joint { get; init; }

    /// <summary>Name of the captioner.</summary>
    public string Id { get; init; } = "captioner";

    public string Version { get; init; } = "1.0.0";

    /// <summary>Licence of the weights.</summary>
    public string License { get; init; } = "Apache-2.0";

    /// <summary>A sentence for the manifest.</summary>
    public string? Description { get; init; }
}
