namespace Captioning.Trainer.Export;

/// <summary>What a bundle's manifest says that training does not find out.</summary>
internal sealed record BundleSettings
{
    /// <summary>The captioner's name: lower-case letters, digits, dots and dashes.</summary>
    public required string Id { get; init; }

    public string Version { get; init; } = "1.0.0";

    /// <summary>The licence of the weights, as an SPDX expression.</summary>
    public required string License { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Description { get; init; }

    /// <summary>What it was trained on, for people.</summary>
    public required string Data { get; init; }

    /// <summary>What it was scored on, for people.</summary>
    public string? ScoredOn { get; init; }
}
