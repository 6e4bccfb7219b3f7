using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>The state between two steps of captions, [rows, d] each.</summary>
internal sealed record DecoderState(Tensor H, Tensor C, Tensor Context)
{
    /// <summary>The state of the first rows alone.</summary>
    public DecoderState First(long rows) => new(H.narrow(0, 0, rows), C.narrow(0, 0, rows), Context.narrow(0, 0, rows));

    /// <summary>The states of some rows.</summary>
    public DecoderState Select(Tensor rows) => new(H.index_select(0, rows), C.index_select(0, rows), Context.index_select(0, rows));
}
