using Captioning.Inference.Models;
using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Models;

[Collection("torch")]
public sealed class DecoderModelTests
{
    public static TheoryData<string> Architectures => [.. ModelArchitecture.All.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Logits_Batch_SameAsEachCaptionAlone(string architecture)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        manual_seed(1);
        DecoderModel model = Create(architecture, regions: 6, channels: 5, vocabulary: 9, hidden: 8);
        using WeightSet weights = model.Weights;
        int[][][] captions = [[[4, 5, 6], [7], [8, 4]], [[5, 5]]];
        Tensor features = rand([2, .. model.FeatureShape]);
        CaptionBatch batch = CaptionBatch.Create(captions, 1, 2, CPU);

        Tensor together = model.Pass(ScalarType.Float32, dropout: 0).Logits(batch, features);

        Assert.Equal([batch.Tokens, 9], together.shape);
        // The rows, longest first: 4 5 6, then 8 4 and 5 5, then 7.
        (int Image, int[] Caption)[] rows = [(0, [4, 5, 6]), (0, [8, 4]), (1, [5, 5]), (0, [7])];
        int token = 0;
        for (int t = 0; t < batch.Steps.Count; t++)
        {
            for (int row = 0; row < batch.Steps[t].Rows; row++, token++)
            {
                CaptionBatch alone = CaptionBatch.Create([[rows[row].Caption]], 1, 2, CPU);
                Tensor expected = model.Pass(ScalarType.Float32, dropout: 0).Logits(alone, features.narrow(0, rows[row].Image, 1));
                Assert.True(together[token].allclose(expected[t], atol: 1e-5));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Backward_EveryWeight_GetsAGradientThatDifferencesConfirm(string architecture)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(2);
        DecoderModel model = Create(architecture, regions: 4, channels: 3, vocabulary: 7, hidden: 4);
        using WeightSet weights = model.Weights;
        using (no_grad())
        {
            // Fresh weights are so small that the image hardly matters.
            weights.Values.mul_(3);
        }

        CaptionBatch batch = CaptionBatch.Create([[[4, 5, 6], [6]], [[5, 3]]], 1, 2, CPU);
        Tensor features = rand([2, .. model.FeatureShape]) * 3;

        Loss().backward();

        const float Shift = 1e-2f;
        foreach ((string name, _) in weights.Layout)
        {
            // Along its own gradient, where float32 shows the difference best.
            Tensor gradient = weights[name].grad!.clone();
            double norm = gradient.norm().ToDouble();
            Assert.True(norm > 1e-4, $"{name} has no gradient.");
            using IDisposable guard = no_grad();
            weights[name].add_(gradient, alpha: Shift / norm);
            double above = Loss().ToDouble();
            weights[name].add_(gradient, alpha: -2 * Shift / norm);
            double below = Loss().ToDouble();
            weights[name].add_(gradient, alpha: Shift / norm);
            Assert.Equal(1, (above - below) / (2 * Shift) / norm, 0.03);
        }

        Tensor Loss() => nn.functional.cross_entropy(model.Pass(ScalarType.Float32, dropout: 0).Logits(batch, features), batch.Targets);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Backward_InBFloat16_PointsWhereFloat32Does(string architecture)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        DecoderModel model = Create(architecture, regions: 9, channels: 32, vocabulary: 40, hidden: 64);
        using WeightSet weights = model.Weights;
        CaptionBatch batch = CaptionBatch.Create([[[4, 5, 6, 30, 31, 32], [6]], [[5, 3, 39]]], 1, 2, CPU);
        Tensor features = rand([2, .. model.FeatureShape]);

        Tensor exact = Gradients(ScalarType.Float32);
        Tensor rounded = Gradients(ScalarType.BFloat16);

        Assert.False(exact.equal(rounded).all().ToBoolean());
        Assert.InRange(nn.functional.cosine_similarity(exact, rounded, dim: 0).ToDouble(), 0.999, 1.0001);
        Assert.Equal(1, (rounded.norm() / exact.norm()).ToDouble(), 0.01);

        Tensor Gradients(ScalarType products)
        {
            weights.Gradients.zero_();
            nn.functional.cross_entropy(model.Pass(products, dropout: 0).Logits(batch, features), batch.Targets).backward();
            return weights.Gradients.clone();
        }
    }

    private static DecoderModel Create(string architecture, int regions, int channels, int vocabulary, int hidden) => architecture == ModelArchitecture.Merge.Name
        ? MergeModel.Create(new MergeSettings(channels, vocabulary) { Hidden = hidden }, CPU)
        : AttentionModel.Create(new AttentionSettings(regions, channels, vocabulary) { Hidden = hidden, Heads = 2 }, CPU);
}
