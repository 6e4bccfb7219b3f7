using Captioning.Inference.Runtime;

namespace Captioning.Trainer.Commands;

/// <summary>What <c>evaluate</c> was asked to do.</summary>
internal sealed record EvaluateSettings
{
    /// <summary>File of reference captions.</summary>
    public required string Captions { get; init; }

    /// <summary>File with names of images, or the name of a split; null for all images.</summary>
    public string? Split { get; init; }

    /// <summary>The most images to score; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>File of captions to score; null to caption the images with <see cref="Model"/>.</summary>
    public string? Hypotheses { get; init; }

    /// <summary>Folder of the model bundle.</summary>
    public string? Model { get; init; }

    /// <summary>Folder of the images.</summary>
    public string? Images { get; init; }

    /// <summary>Hypotheses kept per image; null for the model's own setting.</summary>
    public int? Beam { get; init; }

    /// <summary>Where the model runs.</summary>
    public Device Device { get; init; } = Device.Auto;

    /// <summary>Split that the model was trained on, to count captions that it repeats; null not to.</summary>
    public string? Train { get; init; }

    /// <summary>File to write all results to; null for none.</summary>
    public string? Output { get; init; }

    /// <summary>HTML file to show the results in; null for none.</summary>
    public string? Page { get; init; }
}
