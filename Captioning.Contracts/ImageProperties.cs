namespace Captioning.Contracts;

/// <summary>What is known of an image.</summary>
/// <param name="Sha256">The SHA-256 of the file's bytes, in lower-case hexadecimal.</param>
/// <param name="Bytes">The file's size in bytes.</param>
/// <param name="Width">The width in pixels, as the picture is meant to be seen.</param>
/// <param name="Height">The height in pixels, as the picture is meant to be seen.</param>
/// <param name="Format">The format that the bytes have, whatever the name says: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>gif</c>, <c>bmp</c>, <c>tiff</c>, <c>heic</c> or <c>avif</c>.</param>
public sealed record ImageProperties(string Sha256, long Bytes, int Width, int Height, string Format);
