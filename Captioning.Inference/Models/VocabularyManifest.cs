namespace Captioning.Inference.Models;

/// <summary>The vocabulary: one token a line, the line's number (from 0) is the token's id.</summary>
public sealed record VocabularyManifest
{
    /// <summary>The file of the tokens, UTF-8.</summary>
    public required string File { get; init; }

    /// <summary>The number of tokens, special ones included.</summary>
    public required int Size { get; init; }

    /// <summary>The token that fills up short captions in training.</summary>
    public required string Pad { get; init; }

    /// <summary>The token that every caption begins with.</summary>
    public required string Bos { get; init; }

    /// <summary>The token that ends a caption.</summary>
    public required string Eos { get; init; }

    /// <summary>The token for words outside of the vocabulary.</summary>
    public required string Unk { get; init; }
}
