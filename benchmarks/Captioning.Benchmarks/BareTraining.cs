using Captioning.Trainer.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Captioning.Benchmarks;

/// <summary>
/// The limit of training: nothing but the tensor calls that a step of the attention decoder needs, forward, backward and AdamW, on batches
/// prepared beforehand.
/// </summary>
internal sealed class BareTraining : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.98, Decay = 1e-4, MaxNorm = 1;

    private readonly AttentionSettings _settings;
    private readonly ScalarType _products;
    private readonly double _dropout;
    private readonly double _smoothing;
    private readonly Parameter[] _parts;
    private readonly Tensor _values;
    private readonly Tensor _gradients;
    private readonly Tensor _mean;
    private readonly Tensor _square;
    private int _steps;

    public BareTraining(AttentionSettings settings, ScalarType products, double dropout, double smoothing)
    {
        (_settings, _products, _dropout, _smoothing) = (settings, products, dropout, smoothing);
        long d = settings.Hidden;
        long[][] shapes =
        [
            [d, settings.Channels], [d], [2 * d, d], [2 * d], [d, d], [d, d], [d], [d, d], [d], [settings.Vocabulary, d],
            [4 * d, d], [4 * d, d], [4 * d, 2 * d], [4 * d], [d, 2 * d], [d], [settings.Vocabulary],
        ];
        long count = shapes.Sum(shape => shape.Aggregate(1L, (a, b) => a * b));
        _values = ((rand(count) - 0.5) * 0.08).DetachFromDisposeScope();
        (_gradients, _mean, _square) = (zeros_like(_values).DetachFromDisposeScope(), zeros_like(_values).DetachFromDisposeScope(), zeros_like(_values).DetachFromDisposeScope());
        _parts = new Parameter[shapes.Length];
        long at = 0;
        for (int i = 0; i < shapes.Length; i++)
        {
            long length = shapes[i].Aggregate(1L, (a, b) => a * b);
            _parts[i] = new Parameter(_values.narrow(0, at, length).view(shapes[i])) { grad = _gradients.narrow(0, at, length).view(shapes[i]) };
            _parts[i].DetachFromDisposeScope();
            at += length;
        }
    }

    /// <summary>Makes a step.</summary>
    /// <param name="batch">The captions.</param>
    /// <param name="features">The regions, float16.</param>
    public void Step(CaptionBatch batch, Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] w = Array.ConvertAll(_parts, part => part.to_type(_products));
        cross_entropy(Forward(w, batch, features), batch.Targets, label_smoothing: _smoothing).backward();
        Update(1e-3);
    }

    public void Dispose()
    {
        Array.ForEach(_parts, part => part.Dispose());
        _values.Dispose();
        _gradients.Dispose();
        _mean.Dispose();
        _square.Dispose();
    }

    private Tensor Forward(Tensor[] w, CaptionBatch batch, Tensor features)
    {
        long d = _settings.Hidden, heads = _settings.Heads;
        Tensor projected = dropout(linear(features.to_type(_products), w[0], w[1]).relu(), _dropout);
        Tensor mean = projected.mean([1]);
        Tensor[] start = linear(mean, w[2], w[3]).to_type(ScalarType.Float32).tanh().chunk(2, -1);
        Tensor keys = Split(linear(projected, w[4])).transpose(2, 3).contiguous();
        Tensor values = Split(linear(projected, w[5], w[6])).contiguous();
        Tensor meanGates = linear(mean, w[11], w[13]);
        Tensor[] gates = (linear(dropout(w[9].index_select(0, batch.Inputs), _dropout), w[10]) + meanGates.index_select(0, batch.TokenImages))
            .split([.. batch.Steps.Select(step => (long)step.Rows)]);
        Tensor h = start[0].index_select(0, batch.RowImages), c = start[1].index_select(0, batch.RowImages), context = zeros_like(h);
        Tensor[] read = new Tensor[batch.Steps.Count];
        for (int t = 0; t < read.Length; t++)
        {
            BatchStep step = batch.Steps[t];
            (h, c, context) = (h.narrow(0, 0, step.Rows), c.narrow(0, 0, step.Rows), context.narrow(0, 0, step.Rows));
            (keys, values) = (keys.narrow(0, 0, step.Images), values.narrow(0, 0, step.Images));
            Tensor[] g = (gates[t] + linear(cat([context, h], -1).to_type(_products), w[12])).to_type(ScalarType.Float32).chunk(4, -1);
            c = (g[1].sigmoid() * c) + (g[0].sigmoid() * g[2].tanh());
            h = g[3].sigmoid() * c.tanh();
            Tensor query = (linear(h.to_type(_products), w[7], w[8]) * (1 / Math.Sqrt((double)d / heads))).index_select(0, step.RowOfSlot).view(step.Images, -1, d);
            Tensor attention = Split(query).matmul(keys).softmax(-1);
            context = attention.matmul(values).transpose(1, 2).reshape(-1, d).index_select(0, step.Slots).to_type(ScalarType.Float32);
            read[t] = cat([h, context], -1);
        }

        Tensor output = dropout(linear(cat(read).to_type(_products), w[14], w[15]).tanh(), _dropout);
        return linear(output, w[9], w[16]).to_type(ScalarType.Float32);

        Tensor Split(Tensor tensor) => tensor.view(tensor.shape[0], tensor.shape[1], heads, -1).transpose(1, 2);
    }

    private void Update(double rate)
    {
        using IDisposable guard = no_grad();
        _steps++;
        double norm = _gradients.norm().ToDouble();
        if (norm > MaxNorm)
        {
            _gradients.mul_(MaxNorm / norm);
        }

        _mean.mul_(Beta1).add_(_gradients, alpha: 1 - Beta1);
        _square.mul_(Beta2).addcmul_(_gradients, _gradients, 1 - Beta2);
        Tensor denominator = (_square / (1 - Math.Pow(Beta2, _steps))).sqrt_().add_(1e-8);
        _values.mul_(1 - (rate * Decay)).addcdiv_(_mean, denominator, -rate / (1 - Math.Pow(Beta1, _steps)));
        _gradients.zero_();
    }
}
