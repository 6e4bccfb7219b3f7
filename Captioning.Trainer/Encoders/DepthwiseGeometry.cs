namespace Captioning.Trainer.Encoders;

/// <summary>All sizes of a depthwise convolution, as integers that a processor counts with.</summary>
internal sealed class DepthwiseGeometry
{
    /// <summary>Reads the sizes.</summary>
    /// <param name="input">The input: n, c, rows, columns.</param>
    /// <param name="weight">The weight: c, 1, rows, columns.</param>
    /// <param name="shape">Strides and the like.</param>
    public DepthwiseGeometry(long[] input, long[] weight, ConvolutionShape shape)
    {
        (Images, Channels, Rows, Columns) = ((int)input[0], (int)input[1], (int)input[2], (int)input[3]);
        (KernelRows, KernelColumns) = ((int)weight[2], (int)weight[3]);
        (RowStride, ColumnStride) = ((int)shape.Strides[0], (int)shape.Strides[1]);
        (RowDilation, ColumnDilation) = ((int)shape.Dilations[0], (int)shape.Dilations[1]);
        (Top, Left) = ((int)shape.Padding[0], (int)shape.Padding[1]);
        (PaddedRows, PaddedColumns) = (Rows + (2 * Top), Columns + (2 * Left));
        KernelSpan = ((KernelRows - 1) * RowDilation) + 1;
        OutputRows = ((PaddedRows - KernelSpan) / RowStride) + 1;
        OutputColumns = ((PaddedColumns - ((KernelColumns - 1) * ColumnDilation) - 1) / ColumnStride) + 1;
    }

    public int Images { get; }

    public int Channels { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int KernelRows { get; }

    public int KernelColumns { get; }

    public int RowStride { get; }

    public int ColumnStride { get; }

    public int RowDilation { get; }

    public int ColumnDilation { get; }

    public int Top { get; }

    public int Left { get; }

    public int Taps => KernelRows * KernelColumns;

    public int PaddedRows { get; }

    public int PaddedColumns { get; }

    /// <summary>Rows from the first that a kernel covers to the last.</summary>
    public int KernelSpan { get; }

    public int OutputRows { get; }

    public int OutputColumns { get; }
}
