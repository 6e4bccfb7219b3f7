using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Models;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
using A = Captioning.Trainer.Models.AttentionModel;

namespace Captioning.Trainer.Export;

/// <summary>
/// Finds the weights of an <see cref="AttentionModel"/> in graphs: those that <see cref="AttentionGraphs"/> writes, and those of the same network
/// that PyTorch exported for the first shipped model.
/// </summary>
internal static class AttentionReader
{
    /// <summary>The weights by name; null where one is not where it is looked for.</summary>
    public static Dictionary<string, Tensor>? Find(OnnxWeights init, OnnxWeights step)
    {
        Dictionary<string, Tensor?> found = init.Find(A.Project) is not null ? FindOwn(init, step) : FindPyTorch(init, step);
        return found.ContainsValue(null) ? null : found.ToDictionary(pair => pair.Key, pair => pair.Value!);
    }

    /// <summary>A decoder of the weights' sizes.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="weights">What was found in it.</param>
    public static DecoderModel Create(ModelBundle bundle, Dictionary<string, Tensor> weights)
    {
        ModelManifest manifest = bundle.Manifest;
        AttentionSettings settings = new(manifest.Features.Regions, manifest.Features.Channels, manifest.Vocabulary.Size)
        {
            Hidden = (int)weights[A.Embedding].shape[^1], Heads = Heads(bundle),
        };
        return AttentionModel.Create(settings, CPU);
    }

    /// <summary>Keys have the heads as their second axis; the graph may leave its size open, so an image tells.</summary>
    private static int Heads(ModelBundle bundle)
    {
        const string Keys = "keys";

        ModelManifest manifest = bundle.Manifest;
        GraphContract contract = GraphContract.Open(bundle, manifest.Decoder.Init, SessionFactory.Create(Inference.Runtime.Device.Cpu));
        contract.RequireOutput(Keys, null, null, null, null);
        using InferenceSession session = contract.Accept();
        using OrtValue regions = OrtValue.CreateTensorValueFromMemory(
            new float[manifest.Features.Regions * manifest.Features.Channels], [1, manifest.Features.Regions, manifest.Features.Channels]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> keys = session.Run(options, [ModelArchitecture.Attention.Feature], [regions], [Keys]);
        return (int)keys[0].GetTensorTypeAndShape().Shape[1];
    }

    private static Dictionary<string, Tensor?> FindOwn(OnnxWeights init, OnnxWeights step)
    {
        Tensor? embedding = step.Find(A.Embedding);
        Tensor?[] gates = step.Columns("lstm", embedding?.shape[^1], 2 * embedding?.shape[^1]);
        return new()
        {
            [A.Project] = init.Find(A.Project)?.t(), [A.ProjectBias] = init.Find(A.ProjectBias),
            [A.Start] = init.Find(A.Start)?.t(), [A.StartBias] = init.Find(A.StartBias),
            [A.Key] = init.Find(A.Key)?.t(),
            [A.Value] = init.Find(A.Value)?.t(), [A.ValueBias] = init.Find(A.ValueBias),
            [A.GatesOfMean] = init.Find(A.GatesOfMean)?.t(), [A.GatesBias] = init.Find(A.GatesBias),
            [A.GatesOfToken] = gates[0], [A.GatesOfState] = gates[1],
            [A.Query] = step.Find(A.Query)?.t(), [A.QueryBias] = step.Find(A.QueryBias),
            [A.Embedding] = embedding,
            [A.Output] = step.Find(A.Output)?.t(), [A.OutputBias] = step.Find(A.OutputBias), [A.LogitBias] = step.Find(A.LogitBias),
        };
    }

    /// <summary>PyTorch names a parameter as the module does, unless it had to transpose it: then only the product knows its module.</summary>
    private static Dictionary<string, Tensor?> FindPyTorch(OnnxWeights init, OnnxWeights step)
    {
        Dictionary<string, Tensor?> found = new()
        {
            [A.Project] = init.Factor("/proj/proj.0/MatMul_output_0")?.t(),
            [A.ProjectBias] = init.Find("n.proj.0.bias"),
            [A.Start] = init.Find("n.init.weight"),
            [A.StartBias] = init.Find("n.init.bias"),
            [A.Key] = init.Factor("/k/MatMul_output_0")?.t(),
            [A.Value] = init.Factor("/v/MatMul_output_0")?.t(),
            [A.ValueBias] = init.Find("n.v.bias"),
            [A.Query] = step.Factor("/q/MatMul_output_0")?.t(),
            [A.QueryBias] = step.Find("n.q.bias"),
            [A.Embedding] = step.Find("n.emb.weight"),
            [A.Output] = step.Factor("/o/MatMul_output_0")?.t(),
            [A.OutputBias] = step.Find("n.o.bias"),
            [A.LogitBias] = step.Find("n.b"),
        };

        // [embedding; context; mean region], and h by itself.
        Tensor? inputs = step.Factor("/MatMul_output_0")?.t();
        Tensor? state = step.Factor("/MatMul_1_output_0")?.t();
        Tensor? inputBias = step.Find("n.lstm.bias_ih");
        Tensor? stateBias = step.Find("n.lstm.bias_hh");
        bool fits = inputs is not null && state is not null && inputs.shape[1] == 3 * state.shape[1];
        long hidden = fits ? state!.shape[1] : 0;
        found.Add(A.GatesOfToken, fits ? inputs!.narrow(1, 0, hidden) : null);
        found.Add(A.GatesOfState, fits ? cat([inputs!.narrow(1, hidden, hidden), state!], 1) : null);
        found.Add(A.GatesOfMean, fits ? inputs!.narrow(1, 2 * hidden, hidden) : null);
        found.Add(A.GatesBias, inputBias is not null && stateBias is not null ? inputBias.Plus(stateBias) : null);
        return found;
    }
}
