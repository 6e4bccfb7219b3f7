using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// Writes captions with a decoder, without gradients and without dropout: drawn from its probabilities, or the likeliest token at each step.
/// All captions of all images go on together, and the captions of an image share its memory.
/// </summary>
/// <param name="model">The decoder.</param>
/// <param name="products">The type of the matrix products.</param>
/// <param name="bos">The begin token.</param>
/// <param name="eos">The end token.</param>
/// <param name="logitBias">Is added to all logits, float32 [vocabulary]: a very low number where a token is never to be chosen.</param>
/// <param name="maxTokens">Captions are cut off at so many tokens, the end included.</param>
internal sealed class CaptionSampler(DecoderModel model, ScalarType products, int bos, int eos, Tensor logitBias, int maxTokens)
{
    /// <summary>Writes captions.</summary>
    /// <param name="features">The encoder's feature of the images, [n, ...].</param>
    /// <param name="samples">Captions to draw for each image, with torch's generator.</param>
    /// <param name="greedy">Whether a caption of likeliest tokens comes after them.</param>
    /// <returns>For each image its captions' tokens, each with its end where it came to one.</returns>
    public int[][][] Write(Tensor features, int samples, bool greedy)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        int images = (int)features.shape[0];
        int slots = samples + (greedy ? 1 : 0);
        List<int>[] captions = [.. Enumerable.Range(0, images * slots).Select(_ => new List<int>(maxTokens))];

        // Rows are captions that go on, by their slot in the rectangle of images x slots; the drawn ones stand before the greedy ones.
        int[] rows = [.. Enumerable.Range(0, captions.Length).OrderBy(slot => slot % slots == samples)];
        DecoderPass pass = model.Pass(products, dropout: 0);
        (TensorSet memory, TensorSet state) = pass.Begin(features);
        state = state.Select(BatchStep.Create(images, slots, rows, model.Weights.Device).RowImages);
        Tensor tokens = tensor(Enumerable.Repeat((long)bos, rows.Length).ToArray(), device: model.Weights.Device);
        for (int t = 0; t < maxTokens && rows.Length > 0; t++)
        {
            using DisposeScope step = NewDisposeScope();
            BatchStep layout = BatchStep.Create(images, slots, rows, model.Weights.Device);
            (state, Tensor read, _) = pass.Step(pass.Inputs(tokens, layout.RowImages, memory), state, memory, layout);
            tokens = Choose(pass.Logits(read).Plus(logitBias), rows.Count(slot => slot % slots < samples));
            long[] chosen = tokens.cpu().data<long>().ToArray();
            for (int row = 0; row < rows.Length; row++)
            {
                captions[rows[row]].Add((int)chosen[row]);
            }

            int[] going = [.. Enumerable.Range(0, rows.Length).Where(row => chosen[row] != eos)];
            if (going.Length < rows.Length)
            {
                Tensor kept = tensor(Array.ConvertAll(going, row => (long)row), device: model.Weights.Device);
                (state, tokens) = (state.Select(kept), tokens.index_select(0, kept));
                rows = Array.ConvertAll(going, row => rows[row]);
            }

            step.MoveToOuter([.. state.Parts.Values, tokens]);
        }

        return [.. captions.Chunk(slots).Select(own => Array.ConvertAll(own, caption => caption.ToArray()))];
    }

    private static Tensor Choose(Tensor logits, int drawn)
    {
        List<Tensor> tokens = [];
        if (drawn > 0)
        {
            tokens.Add(logits.narrow(0, 0, drawn).softmax(-1).multinomial(1).view(-1));
        }

        if (drawn < logits.shape[0])
        {
            tokens.Add(logits.narrow(0, drawn, logits.shape[0] - drawn).argmax(-1));
        }

        return cat(tokens);
    }
}
