using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Training;

[Collection("torch")]
public sealed class SelfCriticalObjectiveTests : IDisposable
{
    private static readonly int[] Next = [WordList.Eos, 4, 5, 6];

    private static readonly TrainingExample[] Examples = [new([[4, 5], [4]], [0]), new([[5, 6]], [1]), new([[6, 6, 4]], [2])];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AttentionModel _model;
    private readonly Tensor _regions;

    public SelfCriticalObjectiveTests()
    {
        manual_seed(6);
        _model = AttentionModel.Create(new AttentionSettings(4, 3, 7) { Hidden = 8, Heads = 2 }, CPU);
        _regions = rand(2, 4, 3);
    }

    public void Dispose()
    {
        _model.Weights.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Advantages_OfSamples_AgainstTheMeanOfTheOthers() =>
        Assert.Equal([-2.25, 0.75, 1.5], SelfCriticalObjective.Advantages([0.5, 2.5, 3], RewardBaseline.Samples));

    [Fact]
    public void Advantages_OfSamples_AgainstTheGreedyCaption() =>
        Assert.Equal([-0.5, 1.5], SelfCriticalObjective.Advantages([0.5, 2.5, 1], RewardBaseline.Greedy));

    [Theory]
    [InlineData("Samples")]
    [InlineData("Greedy")]
    public void Compute_ManyDraws_GradientOfTheExpectedReward(string baseline)
    {
        CaptionReward reward = new(Examples);
        TrainingOptions options = new() { MaxWords = 1, Dropout = 0, Precision = Precision.Float32 };
        SelfCriticalObjective objective = new(_model, options, new SelfCriticalOptions { Samples = 500, Baseline = Enum.Parse<RewardBaseline>(baseline) }, reward);
        int[] images = [1, 0];
        BatchLoss loss = objective.Compute(new LoadedBatch(images, [], []), _regions);
        for (int i = 0; i < 20; i++)
        {
            loss = objective.Compute(new LoadedBatch(images, [], []), _regions);
            loss.Loss.backward();
        }

        Assert.Equal(1000, loss.Rewarded);
        Tensor drawn = -_model.Weights.Gradients.clone();
        _model.Weights.Gradients.zero_();

        // All captions that there are: the end at once, or two tokens of which the second may be the end.
        int[][] all = [[WordList.Eos], .. Next[1..].SelectMany(first => Next.Select(second => (int[])[first, second]))];
        Tensor expected = zeros(1);
        for (int i = 0; i < images.Length; i++)
        {
            foreach (int[] caption in all)
            {
                CaptionBatch batch = CaptionBatch.Create([[caption]], WordList.Bos, CPU);
                Tensor logits = _model.Pass(ScalarType.Float32, 0).Logits(batch, _regions.narrow(0, i, 1)).index_select(1, tensor(Next, ScalarType.Int64));
                Tensor targets = tensor(Array.ConvertAll(caption, token => (long)Array.IndexOf(Next, token)));
                expected += logits.log_softmax(-1).gather(1, targets.unsqueeze(1)).sum().exp() * reward.Of(images[i], caption);
            }
        }

        expected.backward();
        Assert.Equal(expected.ToDouble() / 2, loss.RewardSum / loss.Rewarded, 0.1 * expected.ToDouble());
        Assert.InRange(nn.functional.cosine_similarity(drawn, _model.Weights.Gradients, dim: 0).ToDouble(), 0.98, 1.001);
    }

    [Fact]
    public void Compute_WithCrossEntropy_ThatPartOfTheGradient()
    {
        LoadedBatch batch = new([0, 1], [Examples[0].Captions, Examples[1].Captions], []);
        TrainingOptions options = new() { MaxWords = 3, Dropout = 0, Precision = Precision.Float32, LabelSmoothing = 0 };

        Tensor given = Gradient(new CrossEntropyObjective(_model, options));
        Tensor drawn = SelfCritical(new SelfCriticalOptions());
        Tensor mixed = SelfCritical(new SelfCriticalOptions { CrossEntropyWeight = 0.25 });

        Assert.True(mixed.allclose((0.75 * drawn) + (0.25 * given), atol: 1e-6));

        Tensor SelfCritical(SelfCriticalOptions settings)
        {
            SelfCriticalObjective objective = new(_model, options, settings, new CaptionReward(Examples));
            return Gradient(objective);
        }

        Tensor Gradient(ITrainingObjective objective)
        {
            manual_seed(1);
            _model.Weights.Gradients.zero_();
            objective.Compute(batch, _regions).Loss.backward();
            return _model.Weights.Gradients.clone();
        }
    }

    [Fact]
    public void Compute_WithEntropy_NextTokenGetsLessCertain()
    {
        SelfCriticalObjective objective = new(
            _model, new TrainingOptions { MaxWords = 3, Dropout = 0, Precision = Precision.Float32 }, new SelfCriticalOptions { EntropyWeight = 10 }, new CaptionReward(Examples));
        using (no_grad())
        {
            _model.Weights.Values.mul_(5);
        }

        double before = Entropy();
        for (int i = 0; i < 20; i++)
        {
            objective.Compute(new LoadedBatch([0, 1], [], []), _regions).Loss.backward();
            using IDisposable guard = no_grad();
            _model.Weights.Values.add_(_model.Weights.Gradients, alpha: -0.05);
            _model.Weights.Gradients.zero_();
        }

        Assert.InRange(Entropy(), before + 0.05, Math.Log(Next.Length));

        double Entropy()
        {
            using IDisposable guard = no_grad();
            Tensor logits = _model.Pass(ScalarType.Float32, 0)
                .Logits(CaptionBatch.Create([[[WordList.Eos]], [[WordList.Eos]]], WordList.Bos, CPU), _regions)
                .index_select(1, tensor(Next, ScalarType.Int64));
            return -(logits.softmax(-1) * logits.log_softmax(-1)).sum(-1).mean().ToDouble();
        }
    }
}
