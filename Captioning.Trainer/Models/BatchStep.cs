using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// A step of a <see cref="CaptionBatch"/>. The captions of an image look at its regions together, for which the rows are spread out to a rectangle
/// of slots: some for each image, of which a few may be empty.
/// </summary>
/// <param name="Rows">Captions that go on.</param>
/// <param name="Images">Images that go on.</param>
/// <param name="Slots">The slot of each row, int64 [rows].</param>
/// <param name="RowOfSlot">The row in each slot, int64 [images x slots of an image]; any row where there is none.</param>
internal sealed record BatchStep(int Rows, int Images, Tensor Slots, Tensor RowOfSlot);
