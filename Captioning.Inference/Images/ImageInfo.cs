namespace Captioning.Inference.Images;

/// <summary>What is known about an image besides its pixels.</summary>
/// <param name="Format">The format found in the content, in lower case: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>gif</c>, <c>bmp</c>, <c>tiff</c>, <c>heic</c> or <c>avif</c>.</param>
/// <param name="Width">Width in pixels as a viewer shows it, that is after the EXIF orientation.</param>
/// <param name="Height">Height in pixels as a viewer shows it.</param>
/// <param name="Bytes">Length of the encoded image.</param>
/// <param name="Sha256">SHA-256 of the encoded image, 64 lower-case hexadecimal digits.</param>
public sealed record ImageInfo(string Format, int Width, int Height, long Bytes, string Sha256);
