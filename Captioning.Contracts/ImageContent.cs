namespace Captioning.Contracts;

/// <summary>The bytes of an image that is not known to be one.</summary>
/// <param name="Sha256">Their SHA-256, in lower-case hexadecimal.</param>
/// <param name="Bytes">How many there are.</param>
public sealed record ImageContent(string Sha256, long Bytes);
