using Captioning.Inference.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>A caption decoder that can be trained: its sizes and its weights. What it computes is in its <see cref="DecoderPass"/>.</summary>
/// <param name="weights">The weights; the model's owner disposes of them.</param>
internal abstract class DecoderModel(WeightSet weights)
{
    public WeightSet Weights { get; } = weights;

    /// <summary>What bundles call this kind of decoder, and which feature of the encoder it reads.</summary>
    public abstract ModelArchitecture Architecture { get; }

    /// <summary>Tokens that it knows.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>The shape of the feature of one image.</summary>
    public abstract IReadOnlyList<long> FeatureShape { get; }

    /// <summary>Begins a pass with the weights as they are now.</summary>
    /// <param name="products">The type of the matrix products; states and logits are float32.</param>
    /// <param name="dropout">The share that is dropped where the model drops; 0 when not training.</param>
    public abstract DecoderPass Pass(ScalarType products, double dropout);

    /// <summary>The same model with other weights.</summary>
    public abstract DecoderModel With(WeightSet weights);

    /// <summary>A model of the same sizes but for the vocabulary, with fresh weights, drawn from torch's generator.</summary>
    public abstract DecoderModel Fresh(int vocabulary);
}
