using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>One pass through a <see cref="DecoderModel"/>: from features and tokens to logits.</summary>
/// <param name="dropout">The share that <see cref="Drop"/> drops.</param>
/// <remarks>Memory is what stays the same over all steps of an image; state is what a step of a caption leaves to the next.</remarks>
internal abstract class DecoderPass(double dropout)
{
    /// <summary>The memory of images, and the state of a caption of each before its first step.</summary>
    /// <param name="features">The encoder's feature of n images, [n, ...].</param>
    public abstract (TensorSet Memory, TensorSet State) Begin(Tensor features);

    /// <summary>What a step takes in that does not depend on the state, [tokens, m].</summary>
    /// <param name="tokens">The tokens that are read, int64 [tokens].</param>
    /// <param name="images">The image of each, int64 [tokens].</param>
    /// <param name="memory">The images' memory.</param>
    public abstract Tensor Inputs(Tensor tokens, Tensor images, TensorSet memory);

    /// <summary>One step of captions.</summary>
    /// <param name="inputs">What <see cref="Inputs"/> gives of their tokens, [rows, m].</param>
    /// <param name="state">Their state before.</param>
    /// <param name="memory">The memory of the images.</param>
    /// <param name="layout">Which rows belong to which image.</param>
    public abstract DecoderStep Step(Tensor inputs, TensorSet state, TensorSet memory, BatchStep layout);

    /// <summary>Logits, float32 [rows, vocabulary], of what steps let read, [rows, m].</summary>
    public abstract Tensor Logits(Tensor read);

    /// <summary>Logits of all tokens of a batch, [tokens, vocabulary], in the order of <see cref="CaptionBatch.Targets"/>.</summary>
    /// <param name="batch">The captions.</param>
    /// <param name="features">The encoder's feature of its images, [n, ...].</param>
    public Tensor Logits(CaptionBatch batch, Tensor features)
    {
        (TensorSet memory, TensorSet state) = Begin(features);
        state = state.Select(batch.RowImages);

        // All that the recurrence does not need is computed before or after it, for all steps at once.
        Tensor[] inputs = Inputs(batch.Inputs, batch.TokenImages, memory).split([.. batch.Steps.Select(step => (long)step.Rows)]);
        Tensor[] read = new Tensor[batch.Steps.Count];
        for (int t = 0; t < read.Length; t++)
        {
            BatchStep step = batch.Steps[t];
            if (t > 0 && step.Rows < batch.Steps[t - 1].Rows)
            {
                state = state.First(step.Rows);
            }

            if (t > 0 && step.Images < batch.Steps[t - 1].Images)
            {
                memory = memory.First(step.Images);
            }

            (state, read[t], _) = Step(inputs[t], state, memory, step);
        }

        return Logits(cat(read));
    }

    protected Tensor Drop(Tensor tensor) => dropout > 0 ? nn.functional.dropout(tensor, dropout) : tensor;
}
