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
    public static void Check(DecoderModel model, byte[] init, byte[] step)
    {
        SessionFactory sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu);
        using InferenceSession initSession = sessions.Open(init);
        using InferenceSession stepSession = sessions.Open(step);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        using Generator generator = new(1);
        Tensor features = rand([Images, .. model.FeatureShape], generator: generator).Times(2).to(model.Weights.Device);
        DecoderPass pass = model.Pass(ScalarType.Float32, dropout: 0);
        (TensorSet memory, TensorSet state) = pass.Begin(features);
        BatchStep layout = BatchStep.Create(Images, Beam, [.. Enumerable.Range(0, Images * Beam)], model.Weights.Device);
        state = state.Select(layout.RowImages);

        Dictionary<string, Tensor> begun = Run(initSession, new() { [model.Architecture.Feature] = features });
        Dictionary<string, Tensor> inputs = new(begun);
        foreach ((string name, Tensor value) in state.Parts)
        {
            // Memory is compared in what comes of it: graphs of others may keep it in another form.
            inputs[name] = begun.TryGetValue(name, out Tensor? first) ? first.unsqueeze(1).expand(-1, Beam, -1) : zeros(Images, Beam, value.shape[^1]);
            Compare(name, value, inputs[name]);
        }

        for (int t = 0; t < Steps; t++)
        {
            inputs["token"] = t == 0
                ? tensor(Enumerable.Repeat((long)WordList.Bos, Images * Beam).ToArray(), [Images, Beam])
                : randint(0, model.Vocabulary, [Images, Beam], ScalarType.Int64, generator: generator);
            (state, Tensor read, Tensor? attention) = pass.Step(
                pass.Inputs(inputs["token"].flatten().to(model.Weights.Device), layout.RowImages, memory), state, memory, layout);
            Dictionary<string, Tensor> outputs = Run(stepSession, inputs);
            Compare("log_probs", pass.Logits(read).log_softmax(-1), outputs["log_probs"]);
            foreach ((string name, Tensor value) in state.Parts)
            {
                Compare($"{name}_out", value, inputs[name] = outputs[$"{name}_out"]);
            }

            if (attention is not null)
            {
                Compare("attention", attention.mean([1]), outputs["attention"]);
            }
        }
    }

    private static void Compare(string name, Tensor expected, Tensor actual)
    {
        double difference = (expected.cpu().reshape(actual.shape) - actual).abs().max().ToNumber();
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
