using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Models;

[Collection("torch")]
public sealed class AttentionDecoderTests
{
    [Fact]
    public void Logits_Batch_SameAsEachCaptionAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        manual_seed(1);
        AttentionDecoder model = AttentionDecoder.Create(new AttentionSettings(6, 5, 9) { Hidden = 8, Heads = 2 }, CPU);
        using WeightSet weights = model.Weights;
        int[][][] captions = [[[4, 5, 6], [7], [8, 4]], [[5, 5]]];
        Tensor regions = rand(2, 6, 5);
        CaptionBatch batch = CaptionBatch.Create(captions, 1, 2, CPU);

        Tensor together = new AttentionPass(model, ScalarType.Float32, dropout: 0).Logits(batch, regions);

        Assert.Equal([batch.Tokens, 9], together.shape);
        // The rows, longest first: 4 5 6, then 8 4 and 5 5, then 7.
        (int Image, int[] Caption)[] rows = [(0, [4, 5, 6]), (0, [8, 4]), (1, [5, 5]), (0, [7])];
        int token = 0;
        for (int t = 0; t < batch.Steps.Count; t++)
        {
            for (int row = 0; row < batch.Steps[t].Rows; row++, token++)
            {
                CaptionBatch alone = CaptionBatch.Create([[rows[row].Caption]], 1, 2, CPU);
                Tensor expected = new AttentionPass(model, ScalarType.Float32, dropout: 0).Logits(alone, regions.narrow(0, rows[row].Image, 1));
                Assert.True(together[token].allclose(expected[t], atol: 1e-5));
            }
        }
    }

    [Fact]
    public void Backward_EveryWeight_GetsAGradientThatDifferencesConfirm()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(2);
        AttentionDecoder model = AttentionDecoder.Create(new AttentionSettings(4, 3, 7) { Hidden = 4, Heads = 2 }, CPU);
        using WeightSet weights = model.Weights;
        using (no_grad())
        {
            // Fresh weights are so small that the attention hardly matters.
            weights.Values.mul_(3);
        }

        CaptionBatch batch = CaptionBatch.Create([[[4, 5, 6], [6]], [[5, 3]]], 1, 2, CPU);
        Tensor regions = rand(2, 4, 3) * 3;

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

        Tensor Loss() => nn.functional.cross_entropy(new AttentionPass(model, ScalarType.Float32, dropout: 0).Logits(batch, regions), batch.Targets);
    }

    [Fact]
    public void Backward_InBFloat16_PointsWhereFloat32Does()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        AttentionDecoder model = AttentionDecoder.Create(new AttentionSettings(9, 32, 40) { Hidden = 64, Heads = 4 }, CPU);
        using WeightSet weights = model.Weights;
        CaptionBatch batch = CaptionBatch.Create([[[4, 5, 6, 30, 31, 32], [6]], [[5, 3, 39]]], 1, 2, CPU);
        Tensor regions = rand(2, 9, 32);

        Tensor exact = Gradients(ScalarType.Float32);
        Tensor rounded = Gradients(ScalarType.BFloat16);

        Assert.False(exact.equal(rounded).all().ToBoolean());
        Assert.InRange(nn.functional.cosine_similarity(exact, rounded, dim: 0).ToDouble(), 0.999, 1.0001);
        Assert.Equal(1, (rounded.norm() / exact.norm()).ToDouble(), 0.01);

        Tensor Gradients(ScalarType products)
        {
            weights.Gradients.zero_();
            nn.functional.cross_entropy(new AttentionPass(model, products, dropout: 0).Logits(batch, regions), batch.Targets).backward();
            return weights.Gradients.clone();
        }
    }
}
