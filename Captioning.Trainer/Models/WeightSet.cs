using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>
/// The weights of a model by their names. All lie in one tensor, and so do their gradients: to clip, to step, to average or
/// to save a model is an operation or two on the whole instead of a dozen on each part.
/// </summary>
internal sealed class WeightSet : IDisposable
{
    private readonly Dictionary<string, Parameter> _parts = [];

    /// <param name="layout">Names and shapes, in the order in which they lie in memory.</param>
    /// <param name="device">Where they lie.</param>
    public WeightSet(IReadOnlyList<(string Name, long[] Shape)> layout, Device device)
    {
        Layout = layout;
        long count = layout.Sum(part => part.Shape.Aggregate(1L, (a, b) => a * b));
        Values = zeros(count, ScalarType.Float32, device).DetachFromDisposeScope();
        Gradients = zeros(count, ScalarType.Float32, device).DetachFromDisposeScope();
        long at = 0;
        foreach ((string name, long[] shape) in layout)
        {
            long length = shape.Aggregate(1L, (a, b) => a * b);
            Parameter part = new(Values.narrow(0, at, length).view(shape));
            part.DetachFromDisposeScope();
            part.grad = Gradients.narrow(0, at, length).view(shape);
            _parts.Add(name, part);
            at += length;
        }
    }

    public IReadOnlyList<(string Name, long[] Shape)> Layout { get; }

    /// <summary>All weights, float32 [count].</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, float32 [count]. Backward passes add to them.</summary>
    public Tensor Gradients { get; }

    public Device Device => Values.device;

    /// <summary>A weight, as a part of <see cref="Values"/>.</summary>
    public Parameter this[string name] => _parts[name];

    /// <summary>Fills a weight with numbers drawn evenly from -bound to bound.</summary>
    public void Uniform(string name, double bound)
    {
        using IDisposable guard = no_grad();
        nn.init.uniform_(_parts[name], -bound, bound);
    }

    /// <summary>A weight's numbers, rounded to float16 where it is a matrix: what a bundle holds of it.</summary>
    public Tensor Exported(string name)
    {
        using Tensor part = _parts[name].detach();
        return IsHalf(part) ? part.to_type(ScalarType.Float16).to_type(ScalarType.Float32) : part.clone();
    }

    /// <summary>Whether bundles hold a weight as float16: matrices, which make up nearly all of a model.</summary>
    public static bool IsHalf(Tensor weight) => weight.dim() > 1;

    /// <summary>A copy whose matrices are rounded to float16, as in a bundle.</summary>
    public WeightSet ToExported()
    {
        WeightSet copy = new(Layout, Device);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        foreach ((string name, _) in Layout)
        {
            copy[name].copy_(Exported(name));
        }

        return copy;
    }

    public void Dispose()
    {
        foreach (Parameter part in _parts.Values)
        {
            part.Dispose();
        }

        Values.Dispose();
        Gradients.Dispose();
    }
}
