using Captioning.Inference.Runtime;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Export;

/// <summary>Runs exported graphs beside the model that they were made of.</summary>
internal static class GraphParity
{
    /// <summary>No number may differ by more.</summary>
    public const double Tolerance = 1e-4;

    private const int Images = 3;
    private const int Beam = 2;
    private const int Steps = 5;

    /// <summary>Requires that the graphs give the model's log-probabilities, states and attention over some steps from random features.</summary>
    /// <param name="model">The model, with the weights that were exported.</param>
    /// <param name="init">The graph that runs once per image.</param>
    /// <param name="step">The graph that runs once per token.</param>
    /// <exception cref="ExportException">They differ.</exception>
    public static void Check(AttentionDecoder model, byte[] init, byte[] step)
    {
        SessionFactory sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu);
        using InferenceSession initSession = sessions.Open(init);
        using InferenceSession stepSession = sessions.Open(step);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        using Generator generator = new(1);
        AttentionSettings settings = model.Settings;
        Tensor regions = (rand([Images, settings.Regions, settings.Channels], generator: generator) * 2).to(model.Weights.Device);
        AttentionPass pass = new(model, ScalarType.Float32, dropout: 0);
        (ImageMemory memory, DecoderState state) = pass.Begin(regions);
        Tensor rowImages = arange(Images, ScalarType.Int64, model.Weights.Device).repeat_interleave(Beam);
        state = state.Select(rowImages);

        Dictionary<string, Tensor> memories = Run(initSession, new() { ["regions"] = regions });
        Dictionary<string, Tensor> inputs = memories.Where(pair => pair.Key is not ("h" or "c")).ToDictionary();
        inputs["h"] = memories["h"].unsqueeze(1).expand(-1, Beam, -1);
        inputs["c"] = memories["c"].unsqueeze(1).expand(-1, Beam, -1);
        inputs["context"] = zeros_like(inputs["h"]);
        Compare("h", state.H, inputs["h"]);
        Compare("c", state.C, inputs["c"]);
        for (int t = 0; t < Steps; t++)
        {
            inputs["token"] = t == 0
                ? full([Images, Beam], WordList.Bos, ScalarType.Int64)
                : randint(0, settings.Vocabulary, [Images, Beam], ScalarType.Int64, generator: generator);
            Tensor gates = pass.TokenGates(inputs["token"].flatten().to(model.Weights.Device)) + memory.Gates.index_select(0, rowImages);
            (state, Tensor attention) = pass.Step(gates, state, memory);
            Dictionary<string, Tensor> outputs = Run(stepSession, inputs);
            Compare("log_probs", pass.Logits(cat([state.H, state.Context], -1)).log_softmax(-1), outputs["log_probs"]);
            Compare("h_out", state.H, outputs["h_out"]);
            Compare("c_out", state.C, outputs["c_out"]);
            Compare("context_out", state.Context, outputs["context_out"]);
            Compare("attention", attention.mean([1]), outputs["attention"]);
            (inputs["h"], inputs["c"], inputs["context"]) = (outputs["h_out"], outputs["c_out"], outputs["context_out"]);
        }
    }

    private static void Compare(string name, Tensor expected, Tensor actual)
    {
        double difference = (expected.cpu().reshape(actual.shape) - actual).abs().max().ToDouble();
        if (!(difference <= Tolerance))
        {
            throw new ExportException($"The exported graph differs from the model: '{name}' by {difference:0.######}, more than {Tolerance}. The model was not written.");
        }
    }

    private static Dictionary<string, Tensor> Run(InferenceSession session, Dictionary<string, Tensor> inputs)
    {
        using RunOptions options = new();
        Dictionary<string, OrtValue> values = inputs.Where(pair => session.InputMetadata.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => ToOrt(pair.Value));
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, values, session.OutputNames);
            return session.OutputNames.Zip(outputs).ToDictionary(
                pair => pair.First, pair => tensor(pair.Second.GetTensorDataAsSpan<float>().ToArray(), pair.Second.GetTensorTypeAndShape().Shape));
        }
        finally
        {
            foreach (OrtValue value in values.Values)
            {
                value.Dispose();
            }
        }
    }

    private static OrtValue ToOrt(Tensor tensor)
    {
        using Tensor plain = tensor.cpu().contiguous();
        return plain.dtype == ScalarType.Int64
            ? OrtValue.CreateTensorValueFromMemory(plain.data<long>().ToArray(), plain.shape)
            : OrtValue.CreateTensorValueFromMemory(plain.data<float>().ToArray(), plain.shape);
    }
}
