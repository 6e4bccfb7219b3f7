namespace Captioning.Inference.Images;

/// <summary>What is known of an image that was read.</summary>
public sealed record ImageInfo(string Format, int Width, int Height, long Bytes, string Sha256);
