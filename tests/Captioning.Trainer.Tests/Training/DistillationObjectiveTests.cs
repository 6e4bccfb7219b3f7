using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Training;

[Collection("torch")]
public sealed class DistillationObjectiveTests : IDisposable
{
    private static readonly int[][][] Captions = [[[4, 5, 6], [4]], [[5, 6]]];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AttentionModel[] _models;
    private readonly Tensor _regions;

    public DistillationObjectiveTests()
    {
        manual_seed(8);
        _models = [.. Enumerable.Range(0, 3).Select(i => AttentionModel.Create(new AttentionSettings(4, 3, 7) { Hidden = 8 * (i + 1), Heads = 2 }, CPU))];
        _regions = rand(2, 4, 3);
        using IDisposable guard = no_grad();
        Array.ForEach(_models, model => model.Weights.Values.mul_(3));
    }

    public void Dispose()
    {
        Array.ForEach(_models, model => model.Weights.Dispose());
        _scope.Dispose();
    }

    [Fact]
    public void Compute_TwoTeachers_DivergenceFromTheMeanOfTheirProbabilities()
    {
        BatchLoss loss = Distil(1, 1);

        Tensor expected = (Probabilities(_models[1]) + Probabilities(_models[2])) / 2;
        Assert.Equal(-(expected * Probabilities(_models[0]).log()).sum(-1).mean().ToDouble(), loss.Loss.ToDouble(), 1e-5);
        Assert.Equal(9, loss.Tokens);
    }

    [Fact]
    public void Compute_ShareOfTheTeachers_RestIsCrossEntropy()
    {
        double given = new CrossEntropyObjective(_models[0], Options).Compute(Batch, _regions).Loss.ToDouble();

        Assert.Equal((0.25 * Distil(1, 1).Loss.ToDouble()) + (0.75 * given), Distil(0.25, 1).Loss.ToDouble(), 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Compute_ManySteps_StudentBecomesItsTeacher(double temperature)
    {
        Tensor expected = Probabilities(_models[2]);
        double before = (Probabilities(_models[0]) - expected).abs().max().ToDouble();
        using AdamW optimizer = new(_models[0].Weights, 0.9, 0.98, 0);
        DistillationObjective objective = new(_models[0], [_models[2]], Options, new DistillationOptions { Teachers = [], Weight = 1, Temperature = temperature });
        for (int i = 0; i < 300; i++)
        {
            objective.Compute(Batch, _regions).Loss.backward();
            optimizer.Step(0.01, 1);
        }

        Assert.InRange((Probabilities(_models[0]) - expected).abs().max().ToDouble(), 0, before / 5);
        Assert.Equal(0, _models[2].Weights.Gradients.abs().max().ToDouble());
    }

    private static TrainingOptions Options => new() { Dropout = 0, Precision = Precision.Float32 };

    private static LoadedBatch Batch => new([0, 1], Captions, []);

    private BatchLoss Distil(double weight, double temperature) => new DistillationObjective(
        _models[0], _models[1..], Options, new DistillationOptions { Teachers = [], Weight = weight, Temperature = temperature }).Compute(Batch, _regions);

    private Tensor Probabilities(AttentionModel model) => model.Pass(ScalarType.Float32, 0)
        .Logits(CaptionBatch.Create(Captions, WordList.Bos, WordList.Eos, CPU), _regions).detach().softmax(-1);
}
