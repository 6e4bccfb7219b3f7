namespace Captioning.Trainer.Photos;

/// <summary>A batch of photos with their captions, in the order of <see cref="Models.CaptionBatch.Order"/>.</summary>
/// <param name="Captions">Their captions' tokens.</param>
/// <param name="Pixels">RGB bytes of one photo after the other.</param>
internal sealed record PhotoBatch(int[][][] Captions, byte[] Pixels)
{
    /// <summary>Consecutive parts of the batch.</summary>
    /// <param name="size">Photos in each; the last one may have fewer.</param>
    public IEnumerable<PhotoBatch> Split(int size)
    {
        int bytes = Pixels.Length / Captions.Length;
        for (int start = 0; start < Captions.Length; start += size)
        {
            int end = Math.Min(start + size, Captions.Length);
            yield return new PhotoBatch(Captions[start..end], Pixels[(start * bytes)..(end * bytes)]);
        }
    }
}
