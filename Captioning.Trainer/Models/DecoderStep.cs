using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>What a step of captions gives.</summary>
/// <param name="State">The captions' state after it.</param>
/// <param name="Read">What the next token is read from, [rows, m].</param>
/// <param name="Attention">The weights of the regions, [images, heads, rows of an image, regions]; null where the model does not attend.</param>
internal sealed record DecoderStep(TensorSet State, Tensor Read, Tensor? Attention = null);
