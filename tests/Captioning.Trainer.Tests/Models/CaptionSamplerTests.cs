using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Models;

[Collection("torch")]
public sealed class CaptionSamplerTests : IDisposable
{
    private const int Bos = 1, Eos = 2, Words = 7, MaxTokens = 6;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AttentionModel _model;
    private readonly Tensor _bias;

    public CaptionSamplerTests()
    {
        manual_seed(2);
        _model = AttentionModel.Create(new AttentionSettings(5, 3, Words) { Hidden = 8, Heads = 2 }, CPU);
        using IDisposable guard = no_grad();
        _model.Weights.Values.mul_(4);
        _bias = tensor([-1e9f, -1e9f, 1f, -1e9f, 0f, 0f, 0f]);
    }

    public void Dispose()
    {
        _model.Weights.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Write_Greedy_EachTokenIsTheLikeliestAfterThoseBefore()
    {
        Tensor regions = randn(12, 5, 3) * 2;

        int[][][] captions = Sampler().Write(regions, samples: 0, greedy: true);

        for (int image = 0; image < 12; image++)
        {
            int[] caption = Assert.Single(captions[image]);
            Assert.True(caption[^1] == Eos || caption.Length == MaxTokens);
            Assert.DoesNotContain(Eos, caption[..^1]);
            Assert.Equal(caption.Select(token => (long)token), Logits(caption, regions[image]).argmax(-1).data<long>().ToArray());
        }

        // Images that have different captions, of which some end before others: else this shows little.
        Assert.InRange(captions.Select(own => own[0].Length).Distinct().Count(), 2, MaxTokens);
    }

    [Fact]
    public void Write_ManySamples_AsOftenAsTheModelSays()
    {
        const int Samples = 4000;
        Tensor regions = randn(2, 5, 3) * 2;

        int[][][] captions = Sampler().Write(regions, Samples, greedy: true);

        for (int image = 0; image < 2; image++)
        {
            Assert.Equal(Samples + 1, captions[image].Length);
            int[][] drawn = captions[image][..Samples];
            foreach (int[] prefix in new int[][] { [], [.. drawn[0].Take(1).Where(token => token != Eos)] })
            {
                float[] expected = Logits([.. prefix, Eos], regions[image])[^1].softmax(-1).data<float>().ToArray();
                int[] next = [.. drawn.Where(caption => caption.Length > prefix.Length && caption.AsSpan().StartsWith(prefix)).Select(caption => caption[prefix.Length])];
                for (int token = 0; token < Words; token++)
                {
                    Assert.Equal(expected[token], next.Count(t => t == token) / (double)next.Length, 0.05);
                }
            }
        }
    }

    [Fact]
    public void Write_SameSeed_SameCaptions()
    {
        Tensor regions = randn(3, 5, 3);
        manual_seed(1);
        int[][][] one = Sampler().Write(regions, 5, greedy: false);
        manual_seed(1);
        int[][][] other = Sampler().Write(regions, 5, greedy: false);
        manual_seed(2);
        int[][][] third = Sampler().Write(regions, 5, greedy: false);

        Assert.Equal(one, other);
        Assert.NotEqual(one, third);
    }

    private CaptionSampler Sampler() => new(_model, ScalarType.Float32, Bos, Eos, _bias, MaxTokens);

    private Tensor Logits(int[] caption, Tensor regions) =>
        _model.Pass(ScalarType.Float32, dropout: 0).Logits(CaptionBatch.Create([[caption]], Bos, CPU), regions.unsqueeze(0)).detach() + _bias;
}
