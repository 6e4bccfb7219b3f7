using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>What a decoder remembers of images over all steps.</summary>
/// <param name="Keys">[n, heads, d / heads, regions].</param>
/// <param name="Values">[n, heads, regions, d / heads].</param>
/// <param name="Gates">The mean region's part of the LSTM's gates, bias included, [n, 4 d].</param>
internal sealed record ImageMemory(Tensor Keys, Tensor Values, Tensor Gates)
{
    /// <summary>The first images alone.</summary>
    public ImageMemory First(long images) => new(Keys.narrow(0, 0, images), Values.narrow(0, 0, images), Gates.narrow(0, 0, images));
}
