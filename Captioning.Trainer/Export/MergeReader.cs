using Captioning.Inference.Models;
using Captioning.Trainer.Models;
using static TorchSharp.torch;
using M = Captioning.Trainer.Models.MergeModel;

namespace Captioning.Trainer.Export;

/// <summary>Finds the weights of a <see cref="MergeModel"/> in the graphs that <see cref="MergeGraphs"/> writes.</summary>
internal static class MergeReader
{
    /// <summary>The weights by name; null where one is not where it is looked for.</summary>
    public static Dictionary<string, Tensor>? Find(OnnxWeights init, OnnxWeights step)
    {
        Tensor? embedding = step.Find(M.Embedding);
        Tensor?[] gates = step.Columns("lstm", embedding?.shape[^1], embedding?.shape[^1]);
        Dictionary<string, Tensor?> found = new()
        {
            [M.Image] = init.Find(M.Image)?.t(), [M.ImageBias] = init.Find(M.ImageBias),
            [M.Embedding] = embedding,
            [M.GatesOfToken] = gates[0], [M.GatesOfState] = gates[1], [M.GatesBias] = step.Find(M.GatesBias),
            [M.Joined] = step.Find(M.Joined)?.t(), [M.JoinedBias] = step.Find(M.JoinedBias),
            [M.Logit] = step.Find(M.Logit)?.t(), [M.LogitBias] = step.Find(M.LogitBias),
        };
        return found.ContainsValue(null) ? null : found.ToDictionary(pair => pair.Key, pair => pair.Value!);
    }

    /// <summary>A decoder of the weights' sizes.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="weights">What was found in it.</param>
    public static DecoderModel Create(ModelBundle bundle, Dictionary<string, Tensor> weights) => MergeModel.Create(
        new MergeSettings(bundle.Manifest.Features.Channels, bundle.Manifest.Vocabulary.Size) { Hidden = (int)weights[M.Embedding].shape[^1] }, CPU);
}
