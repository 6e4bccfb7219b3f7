namespace Captioning.Inference.Images;

/// <summary>Where the colours are within one interleaved pixel; each of them among its first four bytes.</summary>
/// <param name="Channels">Bytes from one pixel to the next.</param>
/// <param name="Red">Offset of red; that of the one channel where the image is grey.</param>
/// <param name="Green">Offset of green.</param>
/// <param name="Blue">Offset of blue.</param>
internal readonly record struct PixelLayout(int Channels, int Red, int Green, int Blue);
