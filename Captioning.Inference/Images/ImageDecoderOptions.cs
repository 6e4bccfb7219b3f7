namespace Captioning.Inference.Images;

/// <summary>What <see cref="ImageDecoder"/> accepts. All limits are checked before a pixel is decoded.</summary>
public sealed class ImageDecoderOptions
{
    // Red, green, blue, alpha and a palette index: what a pixel takes at most while it is decoded.
    internal const int MaxBytesPerPixel = 5;

    /// <summary>The largest encoded image, in bytes. Default: 64 MiB.</summary>
    public long MaxBytes { get; set; } = 64L << 20;

    /// <summary>The most pixels that an image's header may announce, in millions: at most 400. No side may exceed 65,535. Default: 100.</summary>
    public double MaxMegapixels { get; set; } = 100;

    /// <summary>
    /// Memory for decoded pixels, in bytes, over the whole process; nothing is ever swapped to disk. Default: 1 GiB.
    /// An image that needs more than its share (half of this, divided by the processors) waits until no other such image is being decoded,
    /// so the limit must be at least twice what the largest image needs: <see cref="MaxMegapixels"/> million times 10.
    /// </summary>
    /// <remarks>ImageMagick keeps one limit for the process: with several decoders, the largest holds.</remarks>
    public long MemoryLimit { get; set; } = 1L << 30;

    /// <summary>
    /// The longest that decoding one image may take. Default: 30 seconds. It is checked between the steps, and while a large JPEG or PNG is being read;
    /// elsewhere the limits on bytes and pixels bound the step itself.
    /// </summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The formats that are accepted, recognised by content, never by file name. Default: all that the engine reads.</summary>
    public ISet<ImageFormat> Formats { get; } = new HashSet<ImageFormat>(Enum.GetValues<ImageFormat>());

    /// <summary>Lists everything that is wrong with the options, as sentences; nothing where they are right.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxBytes is < 1 or > 1L << 30)
        {
            yield return $"{nameof(MaxBytes)} is {MaxBytes}; it must be between 1 and {1L << 30} (1 GiB).";
        }

        const int Most = 400;
        bool megapixelsAreRight = MaxMegapixels is > 0 and <= Most;
        if (!megapixelsAreRight)
        {
            yield return $"{nameof(MaxMegapixels)} is {MaxMegapixels}; it must be above 0 and at most {Most}.";
        }

        double least = MaxMegapixels * 1e6 * MaxBytesPerPixel * 2;
        if (megapixelsAreRight && MemoryLimit < least)
        {
            yield return $"{nameof(MemoryLimit)} is {MemoryLimit}; for images of {MaxMegapixels} megapixels it must be at least {least:F0}.";
        }

        if (TimeLimit <= TimeSpan.Zero)
        {
            yield return $"{nameof(TimeLimit)} is {TimeLimit}; it must be above zero.";
        }

        if (Formats.Count == 0)
        {
            yield return $"{nameof(Formats)} is empty; at least one format must be accepted.";
        }
    }
}
