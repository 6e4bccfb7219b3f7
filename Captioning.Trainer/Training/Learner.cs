using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>Weights with all that they are trained by: optimizer, learning rate and, where it is asked for, their moving average.</summary>
internal sealed class Learner : IDisposable
{
    private readonly AdamW _optimizer;
    private readonly LearningRateSchedule _rates;
    private readonly Tensor? _average;
    private readonly TrainingOptions _options;

    /// <param name="weights">The weights; their owner disposes them.</param>
    /// <param name="options">How they are trained.</param>
    /// <param name="learningRate">The highest learning rate.</param>
    /// <param name="steps">Steps of the whole training.</param>
    public Learner(WeightSet weights, TrainingOptions options, double learningRate, int steps)
    {
        Weights = weights;
        _options = options;
        _optimizer = new AdamW(weights, options.Beta1, options.Beta2, options.WeightDecay);
        _rates = new LearningRateSchedule(learningRate, options.WarmUpSteps, steps, options.LearningRateCourse);
        _average = options.AverageDecay > 0 ? weights.Values.clone().DetachFromDisposeScope() : null;
    }

    public WeightSet Weights { get; }

    /// <summary>What a model is judged with: the average, or else the weights themselves.</summary>
    public Tensor Judged => _average ?? Weights.Values;

    /// <summary>Makes a step with the gradients and clears them.</summary>
    /// <param name="step">The step, from 0.</param>
    public void Step(int step)
    {
        _optimizer.Step(_rates[step], _options.ClipNorm);
        if (_average is null)
        {
            return;
        }

        using IDisposable guard = no_grad();

        // The average of the first steps forgets faster, or it would remember the start.
        double decay = Math.Min(_options.AverageDecay, (step + 1.0) / (step + 10.0));
        _average.MultiplyInPlace(decay).AddInPlace(Weights.Values, 1 - decay);
    }

    /// <summary>Tells that so many steps were made before.</summary>
    public void Resume(int steps) => _optimizer.Steps = steps;

    /// <summary>All that a checkpoint holds.</summary>
    /// <param name="prefix">Goes before their names.</param>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors(string prefix)
    {
        yield return ($"{prefix}weights", Weights.Values);
        yield return ($"{prefix}optimizer.mean", _optimizer.Mean);
        yield return ($"{prefix}optimizer.square", _optimizer.Square);
        if (_average is not null)
        {
            yield return ($"{prefix}average", _average);
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
    }
}
