using System.Buffers.Binary;
using System.Text;

namespace Captioning.Inference.Images;

/// <summary>Recognises an image by its first bytes, so that no decoder is ever left to guess.</summary>
internal static class FormatDetector
{
    private const int TextSample = 1024;

    /// <summary>Finds the format in the signature that its specification demands; null for everything else.</summary>
    public static ImageFormat? Detect(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ImageFormat.Jpeg
        : IsPng(bytes) ? ImageFormat.Png
        : bytes.StartsWith("RIFF"u8) && At(bytes, 8, "WEBP"u8) ? ImageFormat.WebP
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? ImageFormat.Gif
        : bytes.StartsWith("BM"u8) && HasBitmapHeader(bytes) ? ImageFormat.Bmp
        : IsTiff(bytes) ? ImageFormat.Tiff
        : At(bytes, 4, "ftyp"u8) ? DetectHeif(bytes)
        : null;

    /// <summary>Says what the bytes are instead of an image, as in "this is ...".</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("%PDF"u8))
        {
            return "a PDF document";
        }

        if (bytes.StartsWith("%!"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0xC5, 0xD0, 0xD3, 0xC6]))
        {
            return "a PostScript document";
        }

        if (At(bytes, 4, "ftyp"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return "a video or another media file";
        }

        if (bytes.StartsWith("PK\x03\x04"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return "an archive";
        }

        ReadOnlySpan<byte> sample = bytes[..Math.Min(bytes.Length, TextSample)];
        if (sample.ContainsAnyInRange((byte)0, (byte)8))
        {
            return "a file of unknown kind";
        }

        string text = Encoding.UTF8.GetString(sample);
        return Contains("<svg") ? "an SVG drawing"
            : Contains("<html") || Contains("<!doctype html") ? "an HTML page"
            : Contains("<?xml") || Contains("<image") ? "an XML document"
            : Contains("graphic-context") || Contains("viewbox") ? "a drawing script"
            : "text";

        bool Contains(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPng(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    // "BM" alone is too common a beginning of a text; the size of the header that follows is one of a few.
    private static bool HasBitmapHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    private static bool IsTiff(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) || bytes.StartsWith("II+\0"u8) || bytes.StartsWith("MM\0+"u8);

    /// <summary>Reads the brands of a HEIF file (ISO/IEC 23008-12): the major one, a version, then the compatible ones.</summary>
    private static ImageFormat? DetectHeif(ReadOnlySpan<byte> bytes)
    {
        uint box = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        int end = (int)Math.Min(box, (uint)bytes.Length);
        bool heic = false;
        for (int at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            ReadOnlySpan<byte> brand = bytes.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return ImageFormat.Avif;
            }

            heic |= brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8)
                || brand.SequenceEqual("heis"u8) || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8);
        }

        return heic ? ImageFormat.Heic : null;
    }

    private static bool At(ReadOnlySpan<byte> bytes, int offset, ReadOnlySpan<byte> signature) =>
        bytes.Length >= offset && bytes[offset..].StartsWith(signature);
}
