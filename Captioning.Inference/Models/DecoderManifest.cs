namespace Captioning.Inference.Models;

/// <summary>The two graphs of a decoder; <see cref="ModelArchitecture"/> says what they take and give.</summary>
public sealed record DecoderManifest
{
    /// <summary>The file of the graph that runs once per image.</summary>
    public required string Init { get; init; }

    /// <summary>The file of the graph that runs once per token.</summary>
    public required string Step { get; init; }
}
