using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// The captions of a batch of images as a decoder is taught with them. Captions are rows, the longest first, and images come by
/// their longest caption: at each step the rows and the images that go on are the first ones, and no padding is computed.
/// </summary>
internal sealed class CaptionBatch
{
    private readonly (int Image, int Caption)[] _rows;

    private CaptionBatch((int Image, int Caption)[] rows, int images, Tensor inputs, Tensor targets, Tensor rowImages, Tensor tokenImages, BatchStep[] steps)
    {
        _rows = rows;
        Images = images;
        Inputs = inputs;
        Targets = targets;
        RowImages = rowImages;
        TokenImages = tokenImages;
        Steps = steps;
    }

    public int Images { get; }

    /// <summary>The tokens that are read, int64 [tokens]: of all rows at the first step, then of those that go on, and so on.</summary>
    public Tensor Inputs { get; }

    /// <summary>The token that follows each, int64 [tokens].</summary>
    public Tensor Targets { get; }

    /// <summary>The image of each row, int64 [rows].</summary>
    public Tensor RowImages { get; }

    /// <summary>The image of each token, int64 [tokens].</summary>
    public Tensor TokenImages { get; }

    public IReadOnlyList<BatchStep> Steps { get; }

    public long Tokens => Targets.numel();

    /// <summary>The order in which a batch takes images: those with the longest captions first.</summary>
    /// <param name="captions">For each image its captions' tokens.</param>
    /// <returns>Indices into <paramref name="captions"/>.</returns>
    public static int[] Order(IReadOnlyList<int[][]> captions) =>
        [.. Enumerable.Range(0, captions.Count).OrderByDescending(image => captions[image].Max(caption => caption.Length))];

    /// <summary>Lays out captions.</summary>
    /// <param name="captions">For each image, in the order of <see cref="Order"/>, its captions' tokens, without begin and end.</param>
    /// <param name="bos">The begin token.</param>
    /// <param name="eos">The end token, which follows each caption.</param>
    /// <param name="device">Where the tensors go.</param>
    public static CaptionBatch Create(IReadOnlyList<int[][]> captions, int bos, int eos, Device device) =>
        Create([.. captions.Select(own => Array.ConvertAll(own, caption => (int[])[.. caption, eos]))], bos, device);

    /// <summary>Lays out captions of which some may be cut off before their end.</summary>
    /// <param name="captions">For each image, in the order of <see cref="Order"/>, its captions' tokens, the end included; none is empty.</param>
    /// <param name="bos">The begin token.</param>
    /// <param name="device">Where the tensors go.</param>
    public static CaptionBatch Create(IReadOnlyList<int[][]> captions, int bos, Device device)
    {
        int most = captions.Max(image => image.Length);
        (int Image, int Caption)[] rows =
        [
            .. captions.SelectMany((own, image) => own.Select((_, caption) => (image, caption))).OrderByDescending(row => captions[row.image][row.caption].Length),
        ];
        List<long> inputs = [];
        List<long> targets = [];
        List<long> images = [];
        BatchStep[] steps = new BatchStep[captions[rows[0].Image][rows[0].Caption].Length];
        int running = rows.Length;
        int runningImages = captions.Count;
        for (int t = 0; t < steps.Length; t++)
        {
            while (captions[rows[running - 1].Image][rows[running - 1].Caption].Length <= t)
            {
                running--;
            }

            while (captions[runningImages - 1].All(caption => caption.Length <= t))
            {
                runningImages--;
            }

            int[] slots = new int[running];
            for (int r = 0; r < running; r++)
            {
                (int image, int caption) = rows[r];
                int[] tokens = captions[image][caption];
                slots[r] = (image * most) + caption;
                inputs.Add(t == 0 ? bos : tokens[t - 1]);
                targets.Add(tokens[t]);
                images.Add(image);
            }

            steps[t] = BatchStep.Create(runningImages, most, slots, device);
        }

        return new CaptionBatch(
            rows,
            captions.Count,
            tensor([.. inputs], device: device),
            tensor([.. targets], device: device),
            steps[0].RowImages,
            tensor([.. images], device: device),
            steps);
    }

    /// <summary>Gives each token the number of its caption, float32 [tokens].</summary>
    /// <param name="number">The number of an image's caption, by their places.</param>
    public Tensor ForTokens(Func<int, int, float> number)
    {
        float[] numbers = Array.ConvertAll(_rows, row => number(row.Image, row.Caption));
        return tensor([.. Steps.SelectMany(step => numbers.Take(step.Rows))], device: Targets.device);
    }
}
