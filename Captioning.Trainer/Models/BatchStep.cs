using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// Which rows a step of captions has. The captions of an image look at its regions together, for which the rows are spread out to a rectangle
/// of slots: some for each image, of which a few may be empty.
/// </summary>
/// <param name="Images">Images that go on.</param>
/// <param name="RowImages">The image of each caption that goes on, int64 [rows].</param>
/// <param name="Slots">The slot of each row, int64 [rows].</param>
/// <param name="RowOfSlot">The row in each slot, int64 [images x slots of an image]; any row where there is none.</param>
internal sealed record BatchStep(int Images, Tensor RowImages, Tensor Slots, Tensor RowOfSlot)
{
    /// <summary>Captions that go on.</summary>
    public int Rows { get; } = (int)Slots.shape[0];

    /// <summary>Lays out rows.</summary>
    /// <param name="images">Images that go on.</param>
    /// <param name="slotsOfImage">Slots of each.</param>
    /// <param name="slots">The slot of each row: those of the first image, then those of the second, and so on.</param>
    /// <param name="device">Where the tensors go.</param>
    public static BatchStep Create(int images, int slotsOfImage, ReadOnlySpan<int> slots, Device device)
    {
        long[] rowImages = new long[slots.Length];
        long[] rowSlots = new long[slots.Length];
        long[] rowOfSlot = new long[images * slotsOfImage];
        for (int row = 0; row < slots.Length; row++)
        {
            rowImages[row] = slots[row] / slotsOfImage;
            rowSlots[row] = slots[row];
            rowOfSlot[slots[row]] = row;
        }

        return new BatchStep(images, tensor(rowImages, device: device), tensor(rowSlots, device: device), tensor(rowOfSlot, device: device));
    }
}
