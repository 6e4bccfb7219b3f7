using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using ImageMagick;
using ImageMagick.Formats;

namespace Captioning.Inference.Images;

/// <summary>
/// Turns an encoded image into what the encoders take: a square of sRGB bytes, squashed with an antialiased bicubic filter.
/// Safe for concurrent use; each call decodes on the caller's thread.
/// </summary>
/// <remarks>
/// <para>The EXIF orientation is applied, transparency is laid over white, CMYK is converted by the embedded profile or else by the plain formula, 16 bits become 8.
/// RGB and grey ICC profiles are ignored, as they are where the encoders were trained. Of several frames or pages the first is taken.</para>
/// <para>An image of which a part is missing is refused: a caption of a half-grey photo would be wrong without a sign of it.</para>
/// </remarks>
public sealed class ImageDecoder
{
    // A JPEG is shrunk while it is decoded to no less than this many times the size asked for; the filter does the rest.
    private const int JpegHeadroom = 2;

    private const int MaxSize = 4096;

    private const uint JpegQuality = 85;

    // Offsets in a PNG file: the header is always the first chunk.
    private const int PngWidth = 16;
    private const int PngHeight = 20;

    // Below this many pixels decoding is too quick to be worth interrupting, and reading through a stream costs a tenth of it.
    private const double InterruptiblePixels = 4e6;

    // A JPEG cut short is one that ends before its pixels do. With an end marker of our own behind the data, one that lacks nothing but that marker
    // decodes without a word, and for every other libjpeg reports missing data.
    private static readonly byte[] JpegEnd = [0xFF, 0xD9];

    private readonly ImageDecoderOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">What it accepts; the defaults where null. Later changes to the object have no effect on the memory limit.</param>
    /// <param name="time">The clock for the time limit; the system's where null.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message says all that is.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new ImageDecoderOptions();
        _time = time ?? TimeProvider.System;
        string problems = string.Join(' ', _options.Validate());
        if (problems.Length > 0)
        {
            throw new ArgumentException(problems, nameof(options));
        }

        MagickRuntime.Configure(_options.MemoryLimit);
    }

    /// <summary>Decodes an image and squashes it to a square.</summary>
    /// <param name="source">The encoded image.</param>
    /// <param name="size">The side of the square in pixels, as the encoder wants it: 1 to 4096.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>The pixels in a pooled buffer; dispose it.</returns>
    /// <exception cref="ImageRejectedException">The image cannot be used; the message names it and says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public DecodedImage Decode(ImageSource source, int size, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        return Open(source, size, opened => Square(opened, size), cancellationToken);
    }

    /// <summary>Decodes an image and encodes it anew, without whatever else the file holds: for who is to see it, or send it on.</summary>
    /// <param name="source">The encoded image.</param>
    /// <param name="maxSide">The longest side of the result in pixels, 1 to 4096; smaller images keep their size.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>A JPEG, upright and in sRGB.</returns>
    /// <exception cref="ImageRejectedException">The image cannot be used; the message names it and says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public byte[] ToJpeg(ImageSource source, int maxSide, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSide, MaxSize);
        return Open(source, maxSide, opened => Jpeg(opened, (uint)maxSide), cancellationToken);
    }

    private T Open<T>(ImageSource source, int size, Func<Opened, T> use, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using EncodedImage encoded = source.Open(_options.MaxBytes, cancellationToken);
        ImageFormat format = Recognize(source.Name, encoded.Bytes.Span);
        try
        {
            return Open(source.Name, encoded.Bytes, format, size, use, cancellationToken);
        }
        catch (MagickException e) when (e is MagickCacheErrorException or MagickResourceLimitErrorException)
        {
            throw new ImageRejectedException(source.Name, ImageRejection.TooLarge, "decoding it needs more memory than the limit allows", e);
        }
        catch (MagickException e) when (e is MagickMissingDelegateErrorException)
        {
            throw new ImageRejectedException(source.Name, ImageRejection.Unsupported, $"this kind of {Label(format)} image is not supported", e);
        }
        catch (MagickException e)
        {
            throw Damaged(source.Name, e);
        }
    }

    private T Open<T>(
        string name, ReadOnlyMemory<byte> encoded, ImageFormat format, int size, Func<Opened, T> use, CancellationToken cancellationToken)
    {
        // libpng calls a width beyond its limit damage, and below it sets up a row before it says how wide that is.
        if (format == ImageFormat.Png && encoded.Length >= PngHeight + sizeof(uint))
        {
            CheckPixels(
                name,
                BinaryPrimitives.ReadUInt32BigEndian(encoded.Span[PngWidth..]),
                BinaryPrimitives.ReadUInt32BigEndian(encoded.Span[PngHeight..]));
        }

        MagickImageInfo header = new();
        header.Read(encoded.Span, Settings(format));
        CheckPixels(name, header.Width, header.Height);
        int shrink = format == ImageFormat.Jpeg ? JpegShrink(header, size) : 1;
        using IDisposable? turn = MagickRuntime.EnterIfLarge(DecodedBytes(header, shrink), cancellationToken);
        DecodeGuard guard = new(name, _options.TimeLimit, _time, cancellationToken);
        bool piecewise = IsReadPiecewise(encoded.Span, format, header);
        using MagickImage image = Read(name, encoded, piecewise, ReadSettings(format, header, shrink), guard);
        CheckPixels(name, image.Width, image.Height);

        // libheif turns the pixels itself, and what EXIF says then no longer holds.
        int exif = format is ImageFormat.Heic or ImageFormat.Avif ? 1 : (int)image.Orientation;
        return use(new Opened(image, exif, encoded, format, header, guard));
    }

    private static byte[] Jpeg(Opened opened, uint maxSide)
    {
        MagickImage image = opened.Image;
        image.Orientation = (ImageMagick.Orientation)opened.Orientation;
        image.AutoOrient();
        ToSrgb(image);
        if (image.HasAlpha)
        {
            image.BackgroundColor = MagickColors.White;
            image.Alpha(AlphaAction.Remove);
        }

        image.Resize(new MagickGeometry(maxSide, maxSide) { Greater = true });
        image.Strip();
        image.Quality = JpegQuality;
        opened.Guard.Check();
        return image.ToByteArray(MagickFormat.Jpeg);
    }

    private static DecodedImage Square(Opened opened, int size)
    {
        byte[] pixels = ArrayPool<byte>.Shared.Rent(DecodedImage.Length(size));
        try
        {
            ToSrgb(opened.Image);
            Squash(opened.Image, pixels, size, Orientation.Of(opened.Orientation, size));
            opened.Guard.Check();
            return new DecodedImage(pixels, size, Describe(opened.Encoded.Span, opened.Format, opened.Header, Orientation.SwapsAxes(opened.Orientation)));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(pixels);
            throw;
        }
    }

    private ImageFormat Recognize(string name, ReadOnlySpan<byte> bytes)
    {
        ImageFormat? format = FormatDetector.Detect(bytes);
        if (format is { } found && _options.Formats.Contains(found))
        {
            return found;
        }

        string what = format is { } refused ? $"{Label(refused)} images are not accepted" : $"this is {FormatDetector.Describe(bytes)}, not a photo";
        string supported = string.Join(", ", _options.Formats.Order().Select(Label));
        throw new ImageRejectedException(name, ImageRejection.Unsupported, $"{what}; supported: {supported}");
    }

    private void CheckPixels(string name, uint width, uint height)
    {
        if (width == 0 || height == 0)
        {
            throw new ImageRejectedException(name, ImageRejection.Unreadable, "the image has no pixels");
        }

        if (width > MagickRuntime.MaxSide || height > MagickRuntime.MaxSide)
        {
            throw new ImageRejectedException(name, ImageRejection.TooLarge, $"{width} x {height} pixels is more than {MagickRuntime.MaxSide} on a side");
        }

        if ((double)width * height > _options.MaxMegapixels * 1e6)
        {
            throw new ImageRejectedException(
                name, ImageRejection.TooLarge, $"{width} x {height} pixels is more than the limit of {_options.MaxMegapixels:0.###} megapixels");
        }
    }

    /// <summary>True where the decoder should draw on a stream: it does so bit by bit (others take all at once, or single bytes), and there is a reason to.</summary>
    private static bool IsReadPiecewise(ReadOnlySpan<byte> encoded, ImageFormat format, MagickImageInfo header)
    {
        bool large = (double)header.Width * header.Height > InterruptiblePixels;
        return format switch
        {
            ImageFormat.Jpeg => large || !encoded.EndsWith(JpegEnd),
            ImageFormat.Png => large,
            _ => false,
        };
    }

    private static MagickImage Read(string name, ReadOnlyMemory<byte> encoded, bool piecewise, MagickReadSettings settings, DecodeGuard guard)
    {
        MagickImage image = new();
        MagickException? missing = null;
        image.Warning += (_, e) => missing ??= TellsOfMissingData(e.Exception) ? e.Exception : null;
        try
        {
            if (piecewise)
            {
                using GuardedStream stream = new(encoded, settings.Format == MagickFormat.Jpeg ? JpegEnd : default, guard);
                image.Read(stream, settings);
            }
            else
            {
                image.Read(encoded.Span, settings);
            }

            guard.Check();
            return missing is null ? image : throw Damaged(name, missing);
        }
        catch (MagickException)
        {
            image.Dispose();
            guard.Check();
            throw;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static MagickReadSettings Settings(ImageFormat format) => new()
    {
        Format = format switch
        {
            ImageFormat.Jpeg => MagickFormat.Jpeg,
            ImageFormat.Png => MagickFormat.Png,
            ImageFormat.WebP => MagickFormat.WebP,
            ImageFormat.Gif => MagickFormat.Gif,
            ImageFormat.Bmp => MagickFormat.Bmp,
            ImageFormat.Tiff => MagickFormat.Tiff,
            ImageFormat.Heic => MagickFormat.Heic,
            _ => MagickFormat.Avif,
        },
        FrameIndex = 0,
        FrameCount = 1,
    };

    /// <summary>What is left to Magick's colour conversion: everything but sRGB and grey.</summary>
    private static void ToSrgb(MagickImage image)
    {
        if (image.ColorSpace is ColorSpace.sRGB or ColorSpace.Gray)
        {
            return;
        }

        if (image.ColorSpace == ColorSpace.CMYK && image.GetColorProfile() is { ColorSpace: ColorSpace.CMYK })
        {
            try
            {
                image.TransformColorSpace(ColorProfiles.SRGB);
            }
            catch (MagickException)
            {
                // A broken profile is no reason to refuse the photo; the plain formula follows.
            }
        }

        image.ColorSpace = ColorSpace.sRGB;
    }

    private static unsafe void Squash(MagickImage image, Span<byte> destination, int size, Orientation orientation)
    {
        using IUnsafePixelCollection<byte> pixels = image.GetPixelsUnsafe();
        int width = (int)image.Width;
        int height = (int)image.Height;
        int channels = (int)pixels.Channels;
        int red = (int)(pixels.GetChannelIndex(PixelChannel.Red) ?? 0);
        PixelLayout layout = image.ColorSpace == ColorSpace.Gray
            ? new PixelLayout(channels, red, red, red)
            : new PixelLayout(channels, red, (int)(pixels.GetChannelIndex(PixelChannel.Green) ?? 1), (int)(pixels.GetChannelIndex(PixelChannel.Blue) ?? 2));
        Span<byte> bytes = new((void*)pixels.GetAreaPointer(0, 0, image.Width, image.Height), checked(width * height * channels));
        if (image.HasAlpha && pixels.GetChannelIndex(PixelChannel.Alpha) is { } alpha)
        {
            LayOverWhite(bytes, channels, (int)alpha);
        }

        Resampler.Resize(bytes, width, height, layout, destination, size, orientation);
    }

    private static void LayOverWhite(Span<byte> pixels, int channels, int alpha)
    {
        for (; pixels.Length >= channels; pixels = pixels[channels..])
        {
            int opacity = pixels[alpha];
            if (opacity == byte.MaxValue)
            {
                continue;
            }

            // Only colours come before alpha.
            foreach (ref byte colour in pixels[..alpha])
            {
                colour = (byte)(((colour * opacity) + (byte.MaxValue * (byte.MaxValue - opacity)) + (byte.MaxValue / 2)) / byte.MaxValue);
            }
        }
    }

    private static ImageInfo Describe(ReadOnlySpan<byte> encoded, ImageFormat format, MagickImageInfo header, bool swapped)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(encoded, hash);
        (int width, int height) = ((int)header.Width, (int)header.Height);
        return new ImageInfo(
            format.ToString().ToLowerInvariant(), swapped ? height : width, swapped ? width : height, encoded.Length, Convert.ToHexStringLower(hash));
    }

    /// <summary>By how much a JPEG's sides are divided while it is decoded: 1, or 2 to 8.</summary>
    private static int JpegShrink(MagickImageInfo header, int size) =>
        Math.Clamp((int)Math.Min(header.Width, header.Height) / (size * JpegHeadroom), 1, 8);

    private static MagickReadSettings ReadSettings(ImageFormat format, MagickImageInfo header, int shrink)
    {
        MagickReadSettings settings = Settings(format);

        // Where there is nothing to shrink, asking for a size would make libjpeg enlarge.
        if (shrink > 1)
        {
            settings.SetDefines(new JpegReadDefines { Size = new MagickGeometry(header.Width / (uint)shrink, header.Height / (uint)shrink) });
        }

        return settings;
    }

    /// <summary>The most memory that the decoded pixels take. libjpeg shrinks in eighths, rounded up.</summary>
    private static long DecodedBytes(MagickImageInfo header, int shrink)
    {
        double kept = Math.Ceiling(8.0 / shrink) / 8;
        return (long)(header.Width * kept * (header.Height * kept) * ImageDecoderOptions.MaxBytesPerPixel);
    }

    private static ImageRejectedException Damaged(string name, MagickException e) => new(
        name, ImageRejection.Unreadable, TellsOfMissingData(e) ? "the file is cut short" : "the image data is damaged or cut short", e);

    private static bool TellsOfMissingData(MagickException e)
    {
        return Says("premature end") || Says("UnexpectedEndOfFile") || Says("unexpected end of file") || Says("InsufficientImageData");

        bool Says(string words) => e.Message.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private static string Label(ImageFormat format) => format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    /// <param name="Image">The image as it was decoded.</param>
    /// <param name="Orientation">How it must be turned, by EXIF.</param>
    /// <param name="Encoded">The file.</param>
    /// <param name="Format">Its format.</param>
    /// <param name="Header">What its header says.</param>
    /// <param name="Guard">The time limit.</param>
    private sealed record Opened(
        MagickImage Image, int Orientation, ReadOnlyMemory<byte> Encoded, ImageFormat Format, MagickImageInfo Header, DecodeGuard Guard);
}
