using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;
using A = Captioning.Trainer.Models.AttentionDecoder;

namespace Captioning.Trainer.Export;

/// <summary>
/// Makes the decoder of a bundle trainable: finds its weights in the graphs and checks that the model made of them gives what the graphs give.
/// Reads what <see cref="AttentionGraphs"/> writes, and the graphs of the same network that PyTorch exported for the first shipped model.
/// </summary>
internal static class DecoderReader
{
    /// <summary>Reads the decoder of a bundle.</summary>
    /// <param name="bundle">The bundle, with an attention decoder.</param>
    /// <returns>The decoder with the bundle's weights.</returns>
    /// <exception cref="TrainingException">It is another network, or was exported in another way.</exception>
    public static AttentionDecoder Read(ModelBundle bundle)
    {
        ModelManifest manifest = bundle.Manifest;
        if (bundle.Architecture != ModelArchitecture.Attention)
        {
            throw Refuse(manifest, $"its architecture is '{manifest.Architecture}', not '{ModelArchitecture.Attention.Name}'");
        }

        byte[] init = bundle[manifest.Decoder.Init];
        byte[] step = bundle[manifest.Decoder.Step];
        OnnxWeights initWeights = new(init);
        OnnxWeights stepWeights = new(step);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> read = (initWeights.Find(A.Project) is not null ? ReadOwn(initWeights, stepWeights) : ReadPyTorch(initWeights, stepWeights))
            ?? throw Refuse(manifest, "its weights are not where this program looks for them");

        AttentionSettings settings = new(manifest.Features.Regions, manifest.Features.Channels, manifest.Vocabulary.Size)
        {
            Hidden = (int)read[A.Embedding].shape[^1],
            Heads = Heads(bundle.Directory, manifest, init),
        };

        AttentionDecoder model = AttentionDecoder.Create(settings, CPU);
        try
        {
            using IDisposable guard = no_grad();
            foreach ((string name, long[] shape) in model.Weights.Layout)
            {
                if (!read[name].shape.SequenceEqual(shape))
                {
                    throw Refuse(manifest, $"'{name}' has the shape [{string.Join(',', read[name].shape)}], not [{string.Join(',', shape)}]");
                }

                model.Weights[name].copy_(read[name]);
            }

            GraphParity.Check(model, init, step);
            return model;
        }
        catch (ExportException)
        {
            model.Weights.Dispose();
            throw Refuse(manifest, "its graphs compute something else than this program's attention decoder");
        }
        catch
        {
            model.Weights.Dispose();
            throw;
        }
    }

    /// <summary>Keys have the heads as their second axis; the graph may leave its size open, so an image tells.</summary>
    private static int Heads(string directory, ModelManifest manifest, byte[] init)
    {
        const string Keys = "keys";

        GraphContract contract = GraphContract.Open(directory, manifest.Decoder.Init, init, SessionFactory.Create(Inference.Runtime.Device.Cpu));
        contract.RequireOutput(Keys, null, null, null, null);
        using InferenceSession session = contract.Accept();
        using OrtValue regions = OrtValue.CreateTensorValueFromMemory(
            new float[manifest.Features.Regions * manifest.Features.Channels], [1, manifest.Features.Regions, manifest.Features.Channels]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> keys = session.Run(options, [ModelArchitecture.Attention.Feature], [regions], [Keys]);
        return (int)keys[0].GetTensorTypeAndShape().Shape[1];
    }

    private static TrainingException Refuse(ModelManifest manifest, string why) => new(
        $"The model {manifest.Id} {manifest.Version} cannot be trained further: {why}. Train a first model with 'captioning-trainer train' and publish that.");

    private static Dictionary<string, Tensor>? ReadOwn(OnnxWeights init, OnnxWeights step)
    {
        Dictionary<string, Tensor> read = [];
        Tensor? both = step.Find("lstm")?.t();
        return both is not null
            && Matrices(init, A.Project, A.Start, A.Key, A.Value, A.GatesOfMean) && Vectors(init, A.ProjectBias, A.StartBias, A.ValueBias, A.GatesBias)
            && Matrices(step, A.Query, A.Output) && Vectors(step, A.Embedding, A.QueryBias, A.OutputBias, A.LogitBias)
            && Split(both)
            ? read
            : null;

        bool Matrices(OnnxWeights graph, params string[] names) => Array.TrueForAll(names, name => Add(name, graph.Find(name)?.t()));

        bool Vectors(OnnxWeights graph, params string[] names) => Array.TrueForAll(names, name => Add(name, graph.Find(name)));

        bool Split(Tensor gates)
        {
            long hidden = read[A.Embedding].shape[^1];
            return gates.shape[1] == 3 * hidden
                && Add(A.GatesOfToken, gates.narrow(1, 0, hidden)) && Add(A.GatesOfState, gates.narrow(1, hidden, 2 * hidden));
        }

        bool Add(string name, Tensor? tensor)
        {
            if (tensor is null)
            {
                return false;
            }

            read.Add(name, tensor);
            return true;
        }
    }

    /// <summary>PyTorch names a parameter as the module does, unless it had to transpose it: then only the product knows its module.</summary>
    private static Dictionary<string, Tensor>? ReadPyTorch(OnnxWeights init, OnnxWeights step)
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
        if (inputs is null || state is null || inputBias is null || stateBias is null || found.ContainsValue(null) || inputs.shape[1] != 3 * state.shape[1])
        {
            return null;
        }

        long hidden = state.shape[1];
        found.Add(A.GatesOfToken, inputs.narrow(1, 0, hidden));
        found.Add(A.GatesOfState, cat([inputs.narrow(1, hidden, hidden), state], 1));
        found.Add(A.GatesOfMean, inputs.narrow(1, 2 * hidden, hidden));
        found.Add(A.GatesBias, inputBias + stateBias);
        return found.ToDictionary(pair => pair.Key, pair => pair.Value!);
    }
}
