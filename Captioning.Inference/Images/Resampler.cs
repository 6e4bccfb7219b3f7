using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Captioning.Inference.Images;

/// <summary>
/// Squashes interleaved bytes to a square of RGB, both axes separately, see <see cref="ResampleKernel"/>. Plain sRGB values are filtered, as in training.
/// </summary>
/// <remarks>
/// Columns come first: whole rows are summed with full vectors, and one row of floats is all the memory there is between the axes, whatever the image's height.
/// </remarks>
internal static class Resampler
{
    // The widest pixel that is loaded at once: four floats, of which three are used.
    private const int Lanes = 4;

    /// <param name="source">Bytes, shape <c>[height, width, channels]</c>.</param>
    /// <param name="width">Width of the source.</param>
    /// <param name="height">Height of the source.</param>
    /// <param name="layout">Where red, green and blue are within a pixel of the source.</param>
    /// <param name="destination">Receives <c>[size, size, 3]</c> bytes.</param>
    /// <param name="size">Side of the square.</param>
    /// <param name="orientation">How the square is turned as it is written.</param>
    public static void Resize(
        ReadOnlySpan<byte> source, int width, int height, PixelLayout layout, Span<byte> destination, int size, Orientation orientation)
    {
        int rowLength = width * layout.Channels;
        using ResampleKernel columns = new(height, size);
        using ResampleKernel rows = new(width, size);
        float[] rented = ArrayPool<float>.Shared.Rent(rowLength + Lanes);
        try
        {
            Span<float> row = rented.AsSpan(0, rowLength + Lanes);
            row[rowLength..].Clear();
            for (int y = 0; y < size; y++)
            {
                SumRows(source[(columns.Start(y) * rowLength)..], rowLength, columns.Weights(y), row);
                WriteRow(row, rows, layout, destination, size, orientation with { Origin = orientation.Origin + (y * orientation.StepY) });
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Weighted sum of consecutive rows of bytes.</summary>
    private static void SumRows(ReadOnlySpan<byte> source, int rowLength, ReadOnlySpan<float> weights, Span<float> sum)
    {
        int block = Vector256<byte>.Count;
        if (rowLength < block)
        {
            for (int x = 0; x < rowLength; x++)
            {
                float value = 0;
                for (int t = 0; t < weights.Length; t++)
                {
                    value += weights[t] * source[(t * rowLength) + x];
                }

                sum[x] = value;
            }

            return;
        }

        ref byte bytes = ref MemoryMarshal.GetReference(source[..(rowLength * weights.Length)]);
        ref float sums = ref MemoryMarshal.GetReference(sum[..rowLength]);
        for (int start = 0; start < rowLength; start += block)
        {
            // The last block overlaps the one before it instead of reaching past the row.
            int x = Math.Min(start, rowLength - block);
            Vector256<float> a = default, b = default, c = default, d = default;
            nuint at = (nuint)x;
            foreach (float weight in weights)
            {
                (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.LoadUnsafe(ref bytes, at));
                (Vector256<uint> w0, Vector256<uint> w1) = Vector256.Widen(low);
                (Vector256<uint> w2, Vector256<uint> w3) = Vector256.Widen(high);
                Vector256<float> factor = Vector256.Create(weight);
                a = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(w0.AsInt32()), factor, a);
                b = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(w1.AsInt32()), factor, b);
                c = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(w2.AsInt32()), factor, c);
                d = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(w3.AsInt32()), factor, d);
                at += (nuint)rowLength;
            }

            a.StoreUnsafe(ref sums, (nuint)x);
            b.StoreUnsafe(ref sums, (nuint)x + 8);
            c.StoreUnsafe(ref sums, (nuint)x + 16);
            d.StoreUnsafe(ref sums, (nuint)x + 24);
        }
    }

    private static void WriteRow(
        ReadOnlySpan<float> row, ResampleKernel kernel, PixelLayout layout, Span<byte> destination, int size, Orientation orientation)
    {
        ref float values = ref MemoryMarshal.GetReference(row);
        int channels = layout.Channels;
        Span<int> pixel = stackalloc int[Lanes];
        for (int x = 0; x < size; x++)
        {
            ReadOnlySpan<float> weights = kernel.Weights(x);
            Vector128<float> even = Vector128.Create(0.5f), odd = default;
            nuint at = (nuint)(kernel.Start(x) * channels);
            int t = 0;
            for (; t + 1 < weights.Length; t += 2)
            {
                even = Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref values, at), Vector128.Create(weights[t]), even);
                odd = Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref values, at + (nuint)channels), Vector128.Create(weights[t + 1]), odd);
                at += (nuint)(2 * channels);
            }

            if (t < weights.Length)
            {
                even = Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref values, at), Vector128.Create(weights[t]), even);
            }

            Vector128<float> clamped = Vector128.Min(Vector128.Max(even + odd, Vector128<float>.Zero), Vector128.Create(255f));
            Vector128.ConvertToInt32(clamped).CopyTo(pixel);
            Span<byte> target = destination.Slice((orientation.Origin + (x * orientation.StepX)) * 3, 3);
            target[0] = (byte)pixel[layout.Red];
            target[1] = (byte)pixel[layout.Green];
            target[2] = (byte)pixel[layout.Blue];
        }
    }
}
