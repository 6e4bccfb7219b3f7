namespace Captioning.Inference.Models;

/// <summary>The size and checksum of a file.</summary>
public sealed record FileManifest
{
    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}
