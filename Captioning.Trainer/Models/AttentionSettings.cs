namespace Captioning.Trainer.Models;

/// <summary>The sizes of an attention decoder.</summary>
/// <param name="Regions">Regions of an image.</param>
/// <param name="Channels">Numbers in a region.</param>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record AttentionSettings(int Regions, int Channels, int Vocabulary)
{
    /// <summary>Numbers in an embedding, in the state and in the context.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Heads of the attention; they share <see cref="Hidden"/> evenly.</summary>
    public int Heads { get; init; } = 8;
}
