namespace Captioning.Inference.Images;

/// <summary>The image formats that the engine reads.</summary>
public enum ImageFormat
{
    /// <summary>JPEG: baseline and progressive, grey, colour and CMYK.</summary>
    Jpeg,

    /// <summary>PNG, 1 to 16 bits a channel; of an animated one the default image.</summary>
    Png,

    /// <summary>WebP, lossy and lossless; of an animated one the first frame.</summary>
    WebP,

    /// <summary>GIF; of an animated one the first frame.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>TIFF and BigTIFF, first page.</summary>
    Tiff,

    /// <summary>HEIC: HEVC in a HEIF container, as iPhones write it.</summary>
    Heic,

    /// <summary>AVIF: AV1 in a HEIF container.</summary>
    Avif,
}
