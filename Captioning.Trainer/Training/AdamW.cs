using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>AdamW (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2) on a whole <see cref="WeightSet"/>.</summary>
internal sealed class AdamW : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly WeightSet _weights;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _weightDecay;

    public AdamW(WeightSet weights, double beta1, double beta2, double weightDecay)
    {
        _weights = weights;
        (_beta1, _beta2, _weightDecay) = (beta1, beta2, weightDecay);
        Mean = zeros_like(weights.Values).DetachFromDisposeScope();
        Square = zeros_like(weights.Values).DetachFromDisposeScope();
    }

    /// <summary>Moving mean of the gradients.</summary>
    public Tensor Mean { get; }

    /// <summary>Moving mean of their squares.</summary>
    public Tensor Square { get; }

    /// <summary>Steps made.</summary>
    public int Steps { get; set; }

    /// <summary>Makes a step with the gradients and clears them.</summary>
    /// <param name="learningRate">Size of the step.</param>
    /// <param name="maxNorm">The gradients' norm is cut to this.</param>
    /// <returns>The norm before it was cut.</returns>
    public double Step(double learningRate, double maxNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        Steps++;
        Tensor gradients = _weights.Gradients;
        double norm = gradients.norm().ToNumber();
        if (norm > maxNorm)
        {
            gradients.MultiplyInPlace(maxNorm / norm);
        }

        Mean.MultiplyInPlace(_beta1).AddInPlace(gradients, 1 - _beta1);
        Square.MultiplyInPlace(_beta2).AddProductInPlace(gradients, gradients, 1 - _beta2);
        Tensor denominator = Square.Times(1 / (1 - Math.Pow(_beta2, Steps))).sqrt_().AddInPlace(Epsilon);
        _weights.Values.MultiplyInPlace(1 - (learningRate * _weightDecay));
        _weights.Values.AddQuotientInPlace(Mean, denominator, -learningRate / (1 - Math.Pow(_beta1, Steps)));
        gradients.zero_();
        return norm;
    }

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
