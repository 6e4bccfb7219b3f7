namespace Captioning.Trainer.Training;

/// <summary>A batch as it comes from the disk.</summary>
/// <param name="Images">The numbers of the examples, in the order of <see cref="Models.CaptionBatch.Order"/>.</param>
/// <param name="Captions">Their captions' tokens.</param>
/// <param name="Features">Their features, float16 one after the other.</param>
internal sealed record LoadedBatch(int[] Images, int[][][] Captions, byte[] Features);
