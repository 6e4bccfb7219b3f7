using Captioning.Inference.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// An LSTM that reads words alone; the image meets what it made of them afterwards (Tanti et al. 2017, "What is the Role of Recurrent Neural Networks
/// (RNNs) in an Image Caption Generator?"). Logits are O relu(W (h + relu(P pooled))), each with its bias.
/// </summary>
internal sealed class MergeModel(MergeSettings settings, WeightSet weights) : DecoderModel(weights)
{
    // Weights by name; Export/MergeGraphs reads them too.
    public const string Image = "image.weight", ImageBias = "image.bias";
    public const string Embedding = "embedding.weight";
    public const string GatesOfToken = "lstm.token", GatesOfState = "lstm.state", GatesBias = "lstm.bias";
    public const string Joined = "joined.weight", JoinedBias = "joined.bias";
    public const string Logit = "logit.weight", LogitBias = "logit.bias";

    public MergeSettings Settings { get; } = settings;

    public override ModelArchitecture Architecture => ModelArchitecture.Merge;

    public override int Vocabulary => Settings.Vocabulary;

    public override IReadOnlyList<long> FeatureShape => [Settings.Channels];

    /// <summary>A decoder with fresh weights, drawn from torch's generator.</summary>
    public static MergeModel Create(MergeSettings settings, Device device)
    {
        long d = settings.Hidden, words = settings.Vocabulary;
        WeightSet weights = new(
            [
                (Image, [d, settings.Channels]), (ImageBias, [d]),
                (Embedding, [words, d]),
                (GatesOfToken, [4 * d, d]), (GatesOfState, [4 * d, d]), (GatesBias, [4 * d]),
                (Joined, [d, d]), (JoinedBias, [d]),
                (Logit, [words, d]), (LogitBias, [words]),
            ],
            device);

        // As Keras draws them: evenly, as wide as Glorot and Bengio 2010 say; no bias but for the forget gates, which are open at first.
        foreach ((string name, long[] shape) in weights.Layout.Where(part => part.Shape.Length > 1))
        {
            weights.Uniform(name, name == Embedding ? 0.05 : Math.Sqrt(6.0 / (shape[0] + shape[1])));
        }

        using IDisposable guard = no_grad();
        using Tensor forget = weights[GatesBias].narrow(0, d, d);
        forget.zero_().AddInPlace(1);
        return new MergeModel(settings, weights);
    }

    /// <inheritdoc/>
    public override DecoderPass Pass(ScalarType products, double dropout) => new MergePass(this, products, dropout);

    /// <inheritdoc/>
    public override DecoderModel With(WeightSet weights) => new MergeModel(Settings, weights);

    /// <inheritdoc/>
    public override DecoderModel Fresh(int vocabulary) => Create(Settings with { Vocabulary = vocabulary }, Weights.Device);
}
