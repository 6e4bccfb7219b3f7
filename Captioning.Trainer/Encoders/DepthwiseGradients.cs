using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>
/// The gradients of a depthwise convolution. Sixteen channels at a time go through a picture row by row: the rows that the kernel covers are held as float32, with their padding, in
/// a ring that fits the nearest cache. The order of all sums is the same whatever the number of threads.
/// </summary>
internal static unsafe class DepthwiseGradients
{
    private const int Lanes = 16;

    // Two blocks of bfloat16 fill a cache line, which two threads should not write to.
    private const int BlocksPerTask = 2;

    /// <summary>Computes the gradients.</summary>
    /// <param name="input">[n, c, rows, columns], float32 or bfloat16.</param>
    /// <param name="weight">Float32 [c, 1, rows, columns].</param>
    /// <param name="gradient">That of the output.</param>
    /// <param name="shape">Strides and the like.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <returns>The gradients of input, weight and bias; that of the input has its type.</returns>
    public static (Tensor Input, Tensor Weight, Tensor Bias) Compute(Tensor input, Tensor weight, Tensor gradient, ConvolutionShape shape, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = ChannelsLast.From(input.detach());
        Tensor gradients = ChannelsLast.From(gradient.detach().to_type(input.dtype));
        Tensor inputGradient = empty(pixels.shape, pixels.dtype);
        Tensor taps = weight.detach().to_type(ScalarType.Float32).view(weight.shape[0], -1).t().contiguous();
        Tensor tapGradient = zeros_like(taps);
        Tensor bias = zeros(weight.shape[0]);
        DepthwiseGeometry geometry = new(input.shape, weight.shape, shape);
        Buffers buffers = new(
            ChannelsLast.Pointer(pixels), ChannelsLast.Pointer(gradients), ChannelsLast.Pointer(inputGradient),
            (float*)ChannelsLast.Pointer(taps), (float*)ChannelsLast.Pointer(tapGradient), (float*)ChannelsLast.Pointer(bias));
        bool isHalf = input.dtype == ScalarType.BFloat16;
        int blocks = (geometry.Channels + Lanes - 1) / Lanes;
        Parallel.For(0, (blocks + BlocksPerTask - 1) / BlocksPerTask, new ParallelOptions { MaxDegreeOfParallelism = threads }, task =>
        {
            float* memory = (float*)NativeMemory.AlignedAlloc((nuint)MemoryLength(geometry) * sizeof(float), Lanes * sizeof(float));
            try
            {
                for (int block = task * BlocksPerTask; block < Math.Min(blocks, (task + 1) * BlocksPerTask); block++)
                {
                    if (isHalf)
                    {
                        Block<ushort>(geometry, buffers, memory, block * Lanes);
                    }
                    else
                    {
                        Block<float>(geometry, buffers, memory, block * Lanes);
                    }
                }
            }
            finally
            {
                NativeMemory.AlignedFree(memory);
            }
        });
        return (
            ChannelsLast.To(inputGradient).MoveToOuterDisposeScope(),
            tapGradient.t().reshape(weight.shape).MoveToOuterDisposeScope(),
            bias.MoveToOuterDisposeScope());
    }

    /// <summary>Numbers in the memory of a block: taps, their gradients, a row of the output's gradients, and the rings of pixels and of their gradients.</summary>
    private static int MemoryLength(DepthwiseGeometry g) => ((2 * g.Taps) + g.OutputColumns + (2 * g.KernelSpan * g.PaddedColumns)) * Lanes;

    private static void Block<T>(DepthwiseGeometry g, Buffers buffers, float* memory, int channel)
        where T : unmanaged
    {
        int lanes = Math.Min(Lanes, g.Channels - channel);
        float* taps = memory;
        float* tapGradients = taps + (g.Taps * Lanes);
        float* output = tapGradients + (g.Taps * Lanes);
        float* pixels = output + (g.OutputColumns * Lanes);
        float* pixelGradients = pixels + (g.KernelSpan * g.PaddedColumns * Lanes);
        Vector512<float> bias = Vector512<float>.Zero;
        for (int t = 0; t < g.Taps; t++)
        {
            Load(buffers.Taps + ((long)t * g.Channels) + channel, lanes).Store(taps + (t * Lanes));
            Vector512<float>.Zero.Store(tapGradients + (t * Lanes));
        }

        new Span<float>(pixels, g.KernelSpan * g.PaddedColumns * Lanes).Clear();
        for (int n = 0; n < g.Images; n++)
        {
            T* from = (T*)buffers.Pixels + ((long)n * g.Rows * g.Columns * g.Channels) + channel;
            T* to = (T*)buffers.PixelGradients + ((long)n * g.Rows * g.Columns * g.Channels) + channel;
            T* outputs = (T*)buffers.Outputs + ((long)n * g.OutputRows * g.OutputColumns * g.Channels) + channel;
            int loaded = 0;
            int stored = 0;
            for (int y = 0; y < g.OutputRows; y++)
            {
                int top = y * g.RowStride;
                for (; stored < Math.Min(top, loaded); stored++)
                {
                    StoreRow(g, pixelGradients, to, stored, lanes);
                }

                // Rows between two positions of a kernel that is smaller than its stride.
                for (; stored < top; stored++, loaded++)
                {
                    ClearRow(g, pixelGradients, loaded);
                    StoreRow(g, pixelGradients, to, stored, lanes);
                }

                for (; loaded < top + g.KernelSpan; loaded++)
                {
                    LoadRow(g, pixels, from, loaded, lanes);
                    ClearRow(g, pixelGradients, loaded);
                }

                for (int x = 0; x < g.OutputColumns; x++)
                {
                    Vector512<float> value = Load(outputs + ((((long)y * g.OutputColumns) + x) * g.Channels), lanes);
                    value.Store(output + (x * Lanes));
                    bias += value;
                }

                for (int tap = 0; tap < g.Taps; tap++)
                {
                    int row = (top + (tap / g.KernelColumns * g.RowDilation)) % g.KernelSpan;
                    int column = tap % g.KernelColumns * g.ColumnDilation;
                    long place = (((long)row * g.PaddedColumns) + column) * Lanes;
                    Row(output, g.OutputColumns, pixels + place, pixelGradients + place, g.ColumnStride * Lanes, taps + (tap * Lanes), tapGradients + (tap * Lanes));
                }
            }

            for (; stored < g.PaddedRows; stored++)
            {
                if (stored >= loaded)
                {
                    ClearRow(g, pixelGradients, stored);
                }

                StoreRow(g, pixelGradients, to, stored, lanes);
            }
        }

        for (int t = 0; t < g.Taps; t++)
        {
            Store(Vector512.Load(tapGradients + (t * Lanes)), buffers.TapGradients + ((long)t * g.Channels) + channel, lanes);
        }

        Store(bias, buffers.Bias + channel, lanes);
    }

    /// <summary>What a row of the output's gradients gives to a tap and, by that tap, to a row of pixels.</summary>
    private static void Row(float* output, int count, float* pixels, float* pixelGradients, int step, float* tap, float* tapGradient)
    {
        Vector512<float> weight = Vector512.Load(tap);
        Vector512<float> even = Vector512.Load(tapGradient);
        Vector512<float> odd = Vector512<float>.Zero;
        int x = 0;
        for (; x + 1 < count; x += 2)
        {
            Vector512<float> first = Vector512.Load(output);
            Vector512<float> second = Vector512.Load(output + Lanes);
            even = Vector512.FusedMultiplyAdd(first, Vector512.Load(pixels), even);
            odd = Vector512.FusedMultiplyAdd(second, Vector512.Load(pixels + step), odd);
            Vector512.FusedMultiplyAdd(first, weight, Vector512.Load(pixelGradients)).Store(pixelGradients);
            Vector512.FusedMultiplyAdd(second, weight, Vector512.Load(pixelGradients + step)).Store(pixelGradients + step);
            output += 2 * Lanes;
            pixels += 2 * step;
            pixelGradients += 2 * step;
        }

        if (x < count)
        {
            Vector512<float> last = Vector512.Load(output);
            even = Vector512.FusedMultiplyAdd(last, Vector512.Load(pixels), even);
            Vector512.FusedMultiplyAdd(last, weight, Vector512.Load(pixelGradients)).Store(pixelGradients);
        }

        (even + odd).Store(tapGradient);
    }

    /// <summary>Takes a row into the ring; rows are counted with the padding, which is zero.</summary>
    private static void LoadRow<T>(DepthwiseGeometry g, float* ring, T* from, int row, int lanes)
        where T : unmanaged
    {
        float* to = ring + ((long)(row % g.KernelSpan) * g.PaddedColumns * Lanes);
        int y = row - g.Top;
        if (y < 0 || y >= g.Rows)
        {
            new Span<float>(to, g.PaddedColumns * Lanes).Clear();
            return;
        }

        // The padding on the left and on the right stays zero.
        for (int x = 0; x < g.Columns; x++)
        {
            Load(from + ((((long)y * g.Columns) + x) * g.Channels), lanes).Store(to + ((x + g.Left) * Lanes));
        }
    }

    private static void ClearRow(DepthwiseGeometry g, float* ring, int row) => new Span<float>(ring + ((long)(row % g.KernelSpan) * g.PaddedColumns * Lanes), g.PaddedColumns * Lanes).Clear();

    private static void StoreRow<T>(DepthwiseGeometry g, float* ring, T* to, int row, int lanes)
        where T : unmanaged
    {
        int y = row - g.Top;
        if (y < 0 || y >= g.Rows)
        {
            return;
        }

        float* from = ring + ((((long)(row % g.KernelSpan) * g.PaddedColumns) + g.Left) * Lanes);
        for (int x = 0; x < g.Columns; x++)
        {
            Store(Vector512.Load(from + (x * Lanes)), to + ((((long)y * g.Columns) + x) * g.Channels), lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load<T>(T* from, int lanes)
        where T : unmanaged
    {
        if (lanes < Lanes)
        {
            T* whole = stackalloc T[Lanes];
            new Span<T>(whole, Lanes).Clear();
            new Span<T>(from, lanes).CopyTo(new Span<T>(whole, Lanes));
            from = whole;
        }

        // The bits of a bfloat16 are the upper half of a float32's.
        return typeof(T) == typeof(float)
            ? Vector512.Load((float*)from)
            : (Vector512.WidenLower(Vector512.Create(Vector256.Load((ushort*)from), Vector256<ushort>.Zero)) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector512<float> value, T* to, int lanes)
        where T : unmanaged
    {
        if (lanes < Lanes)
        {
            T* whole = stackalloc T[Lanes];
            Store(value, whole, Lanes);
            new Span<T>(whole, lanes).CopyTo(new Span<T>(to, lanes));
        }
        else if (typeof(T) == typeof(float))
        {
            value.Store((float*)to);
        }
        else
        {
            // To the nearest, and of two as near to the even one.
            Vector512<uint> bits = value.AsUInt32();
            Vector512<uint> rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
            Vector512.Narrow(rounded, rounded).GetLower().Store((ushort*)to);
        }
    }

    private readonly struct Buffers(void* pixels, void* outputs, void* pixelGradients, float* taps, float* tapGradients, float* bias)
    {
        public readonly void* Pixels = pixels;
        public readonly void* Outputs = outputs;
        public readonly void* PixelGradients = pixelGradients;
        public readonly float* Taps = taps;
        public readonly float* TapGradients = tapGradients;
        public readonly float* Bias = bias;
    }
}
