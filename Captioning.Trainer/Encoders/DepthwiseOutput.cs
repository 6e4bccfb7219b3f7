using System.Numerics;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>
/// The output of a depthwise convolution in float32, with channels last. It is added up tap by tap in the rows of the output themselves, a few channels at a time, so that what is
/// read and written stays in the nearest cache. The order of all sums is the same whatever the number of threads.
/// </summary>
internal static unsafe class DepthwiseOutput
{
    /// <summary>Convolves.</summary>
    /// <param name="input">Float32 [n, c, rows, columns].</param>
    /// <param name="weight">Float32 [c, 1, rows, columns].</param>
    /// <param name="bias">Float32 [c].</param>
    /// <param name="shape">Strides and the like.</param>
    /// <param name="threads">Threads to compute with.</param>
    public static Tensor Compute(Tensor input, Tensor weight, Tensor bias, ConvolutionShape shape, int threads)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        DepthwiseGeometry geometry = new(input.shape, weight.shape, shape);
        Tensor pixels = ChannelsLast.From(input.detach());
        Tensor taps = weight.detach().view(geometry.Channels, -1).t().contiguous();
        Tensor output = ChannelsLast.Empty(geometry.Images, geometry.Channels, geometry.OutputRows, geometry.OutputColumns);
        _ = output.copy_(bias.detach().view(-1, 1, 1));
        float* from = (float*)ChannelsLast.Pointer(pixels);
        float* by = (float*)ChannelsLast.Pointer(taps);
        float* to = (float*)ChannelsLast.Pointer(ChannelsLast.From(output));
        _ = Parallel.For(0, geometry.Images * geometry.OutputRows, new ParallelOptions { MaxDegreeOfParallelism = threads }, row =>
        {
            int image = row / geometry.OutputRows;
            Row(
                geometry,
                from + ((long)image * geometry.Rows * geometry.Columns * geometry.Channels),
                by,
                to + ((long)row * geometry.OutputColumns * geometry.Channels),
                row % geometry.OutputRows);
        });
        return output.MoveToOuterDisposeScope();
    }

    private static void Row(DepthwiseGeometry g, float* image, float* taps, float* output, int y)
    {
        int channel = 0;
        for (; channel + (2 * Vector<float>.Count) <= g.Channels; channel += 2 * Vector<float>.Count)
        {
            for (int tap = 0; tap < g.Taps; tap++)
            {
                if (Cover(g, tap, y, out long place, out int first, out int end))
                {
                    Add(image + (place * g.Channels) + channel, taps + (tap * g.Channels) + channel, output + channel, first, end, g.ColumnStride * g.Channels, g.Channels);
                }
            }
        }

        for (; channel < g.Channels; channel++)
        {
            for (int tap = 0; tap < g.Taps; tap++)
            {
                if (Cover(g, tap, y, out long place, out int first, out int end))
                {
                    for (int x = first; x < end; x++)
                    {
                        output[(x * g.Channels) + channel] += image[((place + (x * g.ColumnStride)) * g.Channels) + channel] * taps[(tap * g.Channels) + channel];
                    }
                }
            }
        }
    }

    /// <summary>What a tap covers of a row of pixels.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="tap">The tap.</param>
    /// <param name="y">The row of the output.</param>
    /// <param name="place">The pixel that it covers at the first column of the output, where that is within the picture.</param>
    /// <param name="first">The first column of the output at which it covers a pixel.</param>
    /// <param name="end">The column behind the last one.</param>
    /// <returns>Whether it covers any: not where the row is padding.</returns>
    private static bool Cover(DepthwiseGeometry g, int tap, int y, out long place, out int first, out int end)
    {
        int row = (y * g.RowStride) + (tap / g.KernelColumns * g.RowDilation) - g.Top;
        int column = (tap % g.KernelColumns * g.ColumnDilation) - g.Left;
        place = ((long)row * g.Columns) + column;
        first = column >= 0 ? 0 : (g.ColumnStride - 1 - column) / g.ColumnStride;
        end = Math.Min(g.OutputColumns, (g.Columns - column + g.ColumnStride - 1) / g.ColumnStride);
        return row >= 0 && row < g.Rows;
    }

    private static void Add(float* pixels, float* taps, float* output, int first, int end, int step, int channels)
    {
        Vector<float> left = Vector.Load(taps);
        Vector<float> right = Vector.Load(taps + Vector<float>.Count);
        pixels += (long)first * step;
        output += (long)first * channels;
        for (int x = first; x < end; x++)
        {
            Vector.FusedMultiplyAdd(Vector.Load(pixels), left, Vector.Load(output)).Store(output);
            Vector.FusedMultiplyAdd(Vector.Load(pixels + Vector<float>.Count), right, Vector.Load(output + Vector<float>.Count)).Store(output + Vector<float>.Count);
            pixels += step;
            output += channels;
        }
    }
}
