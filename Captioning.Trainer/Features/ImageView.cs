using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Captioning.Trainer.Features;

/// <summary>A way to look at a photo: all of it or a part, as it is or mirrored.</summary>
/// <param name="Scale">Share of width and height that is seen, above 0 to 1.</param>
/// <param name="X">Where the part lies, 0 (left) to 1 (right).</param>
/// <param name="Y">Where the part lies, 0 (top) to 1 (bottom).</param>
/// <param name="Flip">Whether left and right change places.</param>
internal readonly record struct ImageView(double Scale, double X, double Y, bool Flip)
{
    /// <summary>The whole photo, as the captioner sees it.</summary>
    public static ImageView Whole { get; } = new(1, 0, 0, Flip: false);

    /// <summary>
    /// The first views of an endless series: the whole photo, the whole mirrored, then parts of 80 to 100 % of the sides at places
    /// that spread evenly (the R3 sequence of Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018), every other one mirrored.
    /// </summary>
    public static IReadOnlyList<ImageView> Series(int count)
    {
        const double G = 1.2207440846057596; // The real root of g^4 = g + 1.
        ImageView[] views = new ImageView[count];
        for (int i = 0; i < count; i++)
        {
            views[i] = i < 2
                ? Whole with { Flip = i == 1 }
                : new ImageView(0.8 + (0.2 * Part(i / G)), Part(i / (G * G)), Part(i / (G * G * G)), Flip: i % 2 == 1);
        }

        return views;

        // Views are named by these numbers: few digits, the same on every machine.
        static double Part(double value) => Math.Round((value + 0.5) % 1, 3);
    }

    /// <summary>The key of this view of an image in the store of features.</summary>
    /// <param name="image">SHA-256 of the image file.</param>
    public UInt128 Key(ReadOnlySpan<byte> image)
    {
        byte[] name = Encoding.ASCII.GetBytes(ToString());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. image, .. name], hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>The side of the square that the whole photo is squashed to, for the part to be <paramref name="size"/> pixels wide.</summary>
    public int DecodedSize(int size) => (int)Math.Round(size / Scale);

    /// <summary>Cuts the view out of a photo that was squashed to <see cref="DecodedSize"/>.</summary>
    /// <param name="photo">Bytes, [decoded, decoded, 3].</param>
    /// <param name="destination">Receives bytes, [size, size, 3].</param>
    /// <param name="size">The side of the view in pixels.</param>
    public void Cut(ReadOnlySpan<byte> photo, Span<byte> destination, int size)
    {
        int decoded = DecodedSize(size);
        int left = (int)Math.Round((decoded - size) * X);
        int top = (int)Math.Round((decoded - size) * Y);
        for (int y = 0; y < size; y++)
        {
            ReadOnlySpan<byte> from = photo.Slice((((top + y) * decoded) + left) * 3, size * 3);
            Span<byte> to = destination.Slice(y * size * 3, size * 3);
            if (!Flip)
            {
                from.CopyTo(to);
                continue;
            }

            for (int x = 0; x < size; x++)
            {
                from.Slice((size - 1 - x) * 3, 3).CopyTo(to[(x * 3)..]);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scale:0.###} at {X:0.###}, {Y:0.###}{(Flip ? ", mirrored" : "")}");
}
