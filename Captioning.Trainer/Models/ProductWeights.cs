using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Captioning.Trainer.Models;

/// <summary>
/// A model's weights as the matrix products of one pass take them: in float32 or bfloat16 (Micikevicius et al. 2018, "Mixed Precision Training";
/// bfloat16 has the range of float32 and needs no scaling of the loss). The weights themselves, their gradients and the optimizer stay float32.
/// </summary>
/// <param name="weights">The weights; all are converted here, once in a pass, however many steps take them.</param>
/// <param name="type">Float32 or BFloat16.</param>
internal sealed class ProductWeights(WeightSet weights, ScalarType type)
{
    private readonly Dictionary<string, Tensor> _converted = weights.Layout.ToDictionary(part => part.Name, part => weights[part.Name].to_type(type));

    /// <summary>A weight in the type of the products.</summary>
    public Tensor this[string name] => _converted[name];

    /// <summary>A tensor in the type of the products.</summary>
    public Tensor Convert(Tensor tensor) => tensor.to_type(type);

    /// <summary>input W^T + b, in the type of the products.</summary>
    /// <param name="input">Rows to multiply, [..., inputs].</param>
    /// <param name="weight">Name of W, [outputs, inputs].</param>
    /// <param name="bias">Name of b, [outputs]; null for none.</param>
    public Tensor Linear(Tensor input, string weight, string? bias = null) => linear(Convert(input), this[weight], bias is null ? null : this[bias]);
}
