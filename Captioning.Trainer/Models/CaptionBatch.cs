using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// The captions of a batch of images as a decoder is taught with them: step by step for all images, those with the longest captions
/// first, so that at each step the images whose captions go on are the first ones.
/// </summary>
/// <param name="Inputs">Tokens, int64 [steps, images, captions]: begins with the begin token; what is behind a caption's end does not matter.</param>
/// <param name="Running">How many images go on at each step.</param>
/// <param name="Positions">Where the real tokens are among the rows of all steps (step by step, image by image, caption by caption), int64 [tokens].</param>
/// <param name="Targets">The token that follows each of them, int64 [tokens].</param>
/// <param name="Captions">Captions per image; images with fewer have empty ones.</param>
internal sealed record CaptionBatch(Tensor Inputs, int[] Running, Tensor Positions, Tensor Targets, int Captions)
{
    public int Steps => Running.Length;

    public long Tokens => Targets.numel();

    /// <summary>The order in which a batch takes images: those with the longest captions first.</summary>
    /// <param name="captions">For each image its captions' tokens, without begin and end.</param>
    /// <returns>Indices into <paramref name="captions"/>.</returns>
    public static int[] Order(IReadOnlyList<int[][]> captions) =>
        [.. Enumerable.Range(0, captions.Count).OrderByDescending(image => captions[image].Max(caption => caption.Length))];

    /// <summary>Lays out captions.</summary>
    /// <param name="captions">For each image, in the order of <see cref="Order"/>, its captions' tokens, without begin and end.</param>
    /// <param name="bos">The begin token.</param>
    /// <param name="eos">The end token.</param>
    /// <param name="device">Where the tensors go.</param>
    public static CaptionBatch Create(IReadOnlyList<int[][]> captions, int bos, int eos, Device device)
    {
        int images = captions.Count;
        int most = captions.Max(image => image.Length);
        int[] steps = [.. captions.Select(image => image.Max(caption => caption.Length) + 1)];
        long[] inputs = new long[steps[0] * images * most];
        int[] running = new int[steps[0]];
        List<long> positions = [];
        List<long> targets = [];
        long row = 0;
        for (int t = 0; t < running.Length; t++)
        {
            for (; running[t] < images && steps[running[t]] > t; running[t]++)
            {
                int[][] own = captions[running[t]];
                for (int k = 0; k < most; k++, row++)
                {
                    if (k < own.Length && t <= own[k].Length)
                    {
                        inputs[(((t * images) + running[t]) * most) + k] = t == 0 ? bos : own[k][t - 1];
                        positions.Add(row);
                        targets.Add(t < own[k].Length ? own[k][t] : eos);
                    }
                }
            }
        }

        return new CaptionBatch(
            tensor(inputs, [running.Length, images, most], device: device),
            running,
            tensor([.. positions], device: device),
            tensor([.. targets], device: device),
            most);
    }
}
