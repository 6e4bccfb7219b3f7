namespace Captioning.Trainer.Models;

/// <summary>The sizes of a merge decoder.</summary>
/// <param name="Channels">Numbers in an image's pooled vector.</param>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record MergeSettings(int Channels, int Vocabulary)
{
    /// <summary>What <see cref="Hidden"/> is unless it is set.</summary>
    public const int DefaultHidden = 256;

    /// <summary>Numbers in an embedding, in the state, and in what image and words are added in.</summary>
    public int Hidden { get; init; } = DefaultHidden;
}
