using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>The state between two steps of captions, [n, k, d] each.</summary>
internal sealed record DecoderState(Tensor H, Tensor C, Tensor Context)
{
    /// <summary>The state of the first images alone.</summary>
    public DecoderState First(long images) => new(H.narrow(0, 0, images), C.narrow(0, 0, images), Context.narrow(0, 0, images));

    /// <summary>The same state for several captions of each image: from [n, 1, d] to [n, k, d].</summary>
    public DecoderState Repeat(long captions) => new(H.expand(-1, captions, -1), C.expand(-1, captions, -1), Context.expand(-1, captions, -1));
}
