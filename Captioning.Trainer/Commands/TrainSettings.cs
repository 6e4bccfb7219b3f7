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

    /// <summary>An encoder's graph or a bundle that has one.</summary>
    public required string Encoder { get; init; }

    /// <summary>Folder of the features that are computed once.</summary>
    public required string Cache { get; init; }

    /// <summary>Folder of the run.</summary>
    public string Output { get; init; } = "";

    /// <summary>Goes on from the run's checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>A run's folder or a bundle whose decoder is trained on; null for a fresh one.</summary>
    public string? StartFrom { get; init; }

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
