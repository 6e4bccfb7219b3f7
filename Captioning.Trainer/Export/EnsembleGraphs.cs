using Captioning.Inference.Models;
using Google.Protobuf;
using Onnx;

namespace Captioning.Trainer.Export;

/// <summary>Joins the decoder graphs of several bundles to those of one decoder, whose probabilities are the mean of theirs.</summary>
/// <param name="bundle">One of them: all have its kind, its features and its vocabulary.</param>
internal sealed class EnsembleGraphs(ModelBundle bundle)
{
    private const string Token = "token", LogProbabilities = "log_probs", Attention = "attention";

    private static readonly long[] FirstAxis = [0];

    /// <summary>The joined graph that runs once per image: everything that the members' graphs give.</summary>
    /// <exception cref="ExportException">The graphs do not go together.</exception>
    public byte[] Init(IReadOnlyList<byte[]> members)
    {
        OnnxGraph graph = new("ensemble_init");
        for (int i = 0; i < members.Count; i++)
        {
            graph.Add(Read(members[i]), Prefix(i), [bundle.Architecture.Feature]);
        }

        return graph.ToBytes();
    }

    /// <summary>The joined graph that runs once per token.</summary>
    /// <exception cref="ExportException">The graphs do not go together.</exception>
    public byte[] Step(IReadOnlyList<byte[]> members)
    {
        OnnxGraph graph = new("ensemble_step");
        string[] each = new string[members.Count];
        string axis = graph.Integers("members", 0);
        for (int i = 0; i < each.Length; i++)
        {
            graph.Add(Read(members[i]), Prefix(i), [Token], LogProbabilities, Attention);
            each[i] = graph.Node("Unsqueeze", [Prefix(i) + LogProbabilities, axis], $"{Prefix(i)}each");
        }

        // log((p1 + ... + pn) / n)
        string sum = graph.Node("ReduceLogSumExp", [graph.Node("Concat", each, "all", ("axis", 0L))], "sum", ("axes", FirstAxis), ("keepdims", 0L));
        using TorchSharp.torch.Tensor count = TorchSharp.torch.tensor((float)Math.Log(members.Count));
        graph.Node("Sub", [sum, graph.Weight("count", count)], LogProbabilities);
        graph.Output(LogProbabilities, "image", "beam", $"{bundle.Manifest.Vocabulary.Size}");
        if (bundle.Architecture.HasAttention)
        {
            graph.Node("Mean", Enumerable.Range(0, members.Count).Select(i => Prefix(i) + Attention), Attention);
            graph.Output(Attention, "image", "beam", $"{bundle.Manifest.Features.Regions}");
        }

        return graph.ToBytes();
    }

    private static string Prefix(int member) => $"m{member}.";

    private static ModelProto Read(byte[] file)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ExportException($"A graph of the ensemble cannot be read: {e.Message}");
        }
    }
}
