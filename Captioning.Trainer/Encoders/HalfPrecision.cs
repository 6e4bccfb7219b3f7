using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>Finds the weights of a network that may be rounded to float16, by what that does to its outputs for some pictures.</summary>
internal sealed class HalfPrecision(EncoderNetwork network)
{
    /// <summary>Rounds weights: of those that change the outputs little for their size as many as change them less than a share of their norm together.</summary>
    /// <param name="candidates">Names of weights.</param>
    /// <param name="tolerance">The share.</param>
    /// <returns>Names of the weights that are rounded now.</returns>
    public HashSet<string> Round(IEnumerable<string> candidates, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        Tensor exact = network.Weights.Values.clone();
        Tensor pictures = EncoderParity.Pictures(network.Rows, network.Columns);
        IReadOnlyDictionary<string, Tensor> outputs = network.RunExactly(pictures);
        Stack<string> rounded = new(candidates.Select(name => (name, Price: Cost([name]) / network.Weights[name].numel())).Where(pair => double.IsFinite(pair.Price)).OrderBy(pair => pair.Price).Select(pair => pair.name));
        while (rounded.Count > 0 && !(Cost(rounded) < tolerance))
        {
            rounded.Pop();
        }

        RoundAll(rounded);
        return [.. rounded];

        double Cost(IEnumerable<string> names)
        {
            using DisposeScope inner = NewDisposeScope();
            RoundAll(names);
            IReadOnlyDictionary<string, Tensor> changed = network.RunExactly(pictures);
            network.Weights.Values.copy_(exact);
            return outputs.Max(output => EncoderParity.Difference(output.Value, changed[output.Key]));
        }

        void RoundAll(IEnumerable<string> names)
        {
            foreach (string name in names)
            {
                network.Weights[name].copy_(network.Weights[name].to_type(ScalarType.Float16).to_type(ScalarType.Float32));
            }
        }
    }
}
