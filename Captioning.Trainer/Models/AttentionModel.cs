using Captioning.Inference.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// An LSTM that looks at an image's regions with multi-head attention after each step (Xu et al. 2015, "Show, Attend and Tell"; Vaswani
/// et al. 2017, "Attention Is All You Need", section 3.2), with tied embeddings (Press and Wolf 2017). The LSTM takes the token's
/// embedding, the last context and the mean region; its new <c>h</c> is the query; logits are E tanh(W [h; context]) + b.
/// </summary>
internal sealed class AttentionModel(AttentionSettings settings, WeightSet weights) : DecoderModel(weights)
{
    // Weights by name; Export/AttentionGraphs reads them too.
    public const string Project = "project.weight", ProjectBias = "project.bias";
    public const string Start = "start.weight", StartBias = "start.bias";
    public const string Key = "key.weight";
    public const string Value = "value.weight", ValueBias = "value.bias";
    public const string Query = "query.weight", QueryBias = "query.bias";
    public const string Embedding = "embedding.weight";
    public const string GatesOfToken = "lstm.token", GatesOfMean = "lstm.mean", GatesOfState = "lstm.state", GatesBias = "lstm.bias";
    public const string Output = "output.weight", OutputBias = "output.bias";
    public const string LogitBias = "logit.bias";

    public AttentionSettings Settings { get; } = settings;

    public override ModelArchitecture Architecture => ModelArchitecture.Attention;

    public override int Vocabulary => Settings.Vocabulary;

    public override IReadOnlyList<long> FeatureShape => [Settings.Regions, Settings.Channels];

    /// <summary>A decoder with fresh weights, drawn from torch's generator.</summary>
    public static AttentionModel Create(AttentionSettings settings, Device device)
    {
        long d = settings.Hidden, words = settings.Vocabulary;
        WeightSet weights = new(
            [
                (Project, [d, settings.Channels]), (ProjectBias, [d]),
                (Start, [2 * d, d]), (StartBias, [2 * d]),
                (Key, [d, d]), (Value, [d, d]), (ValueBias, [d]), (Query, [d, d]), (QueryBias, [d]),
                (Embedding, [words, d]),
                (GatesOfToken, [4 * d, d]), (GatesOfMean, [4 * d, d]), (GatesOfState, [4 * d, 2 * d]), (GatesBias, [4 * d]),
                (Output, [d, 2 * d]), (OutputBias, [d]), (LogitBias, [words]),
            ],
            device);
        foreach ((string name, long[] shape) in weights.Layout.Where(part => part.Name != LogitBias))
        {
            // As wide as PyTorch draws the weights of its layers; a bias as the weight before it.
            long inputs = name.StartsWith("lstm.", StringComparison.Ordinal) || shape.Length == 1 ? d : shape[1];
            weights.Uniform(name, name == Embedding ? 0.1 : 1 / Math.Sqrt(inputs));
        }

        return new AttentionModel(settings, weights);
    }

    /// <inheritdoc/>
    public override DecoderPass Pass(ScalarType products, double dropout) => new AttentionPass(this, products, dropout);

    /// <inheritdoc/>
    public override DecoderModel With(WeightSet weights) => new AttentionModel(Settings, weights);

    /// <inheritdoc/>
    public override DecoderModel Fresh(int vocabulary) => Create(Settings with { Vocabulary = vocabulary }, Weights.Device);
}
