using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>Tensors of the same images, or of the same captions, by the names that they have in the exported graphs.</summary>
internal sealed class TensorSet
{
    private TensorSet(Dictionary<string, Tensor> parts) => Parts = parts;

    public TensorSet(params ReadOnlySpan<(string Name, Tensor Value)> parts)
    {
        Dictionary<string, Tensor> named = [];
        foreach ((string name, Tensor value) in parts)
        {
            named.Add(name, value);
        }

        Parts = named;
    }

    public IReadOnlyDictionary<string, Tensor> Parts { get; }

    public Tensor this[string name] => Parts[name];

    /// <summary>The first images or captions alone.</summary>
    public TensorSet First(long count) => new(Parts.ToDictionary(part => part.Key, part => part.Value.narrow(0, 0, count)));

    /// <summary>Some images or captions, by their places, int64 [count].</summary>
    public TensorSet Select(Tensor places) => new(Parts.ToDictionary(part => part.Key, part => part.Value.index_select(0, places)));
}
