using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>A step of long short-term memory (Hochreiter and Schmidhuber 1997; with forget gates, Gers et al. 2000), in float32.</summary>
internal static class LstmCell
{
    /// <summary>Updates state and output.</summary>
    /// <param name="gates">Input, forget, cell and output gate before their functions, [rows, 4 d].</param>
    /// <param name="c">The state before, [rows, d].</param>
    public static (Tensor H, Tensor C) Step(Tensor gates, Tensor c)
    {
        Tensor[] g = gates.to_type(ScalarType.Float32).chunk(4, -1);
        Tensor next = (g[1].sigmoid() * c).Plus(g[0].sigmoid() * g[2].tanh());
        return (g[3].sigmoid() * next.tanh(), next);
    }
}
