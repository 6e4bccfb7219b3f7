using Captioning.Inference.Runtime;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>Runs a network beside the graph that it was read from or written to.</summary>
internal static class EncoderParity
{
    /// <summary>The most that an output may differ by: the norm of the difference as a share of the output's norm.</summary>
    public const double Tolerance = 1e-4;

    private const int Images = 2;

    /// <summary>Requires that ONNX Runtime gives a network's outputs from the graph that it was read from, in float32.</summary>
    /// <exception cref="TrainingException">They differ.</exception>
    public static void Check(EncoderNetwork network, byte[] file)
    {
        (string output, double difference) = Measure(network, file);
        if (!(difference <= Tolerance))
        {
            throw new TrainingException(
                $"The encoder cannot be trained: its output '{output}' differs by {difference:0.######} from that of ONNX Runtime, by more than {Tolerance} of its norm.");
        }
    }

    /// <summary>Compares a network in float32 with a graph that ONNX Runtime runs.</summary>
    /// <returns>The output that differs most, and by how much: NaN where one has no shape in common, or no numbers.</returns>
    public static (string Output, double Difference) Measure(EncoderNetwork network, byte[] file)
    {
        using InferenceSession session = SessionFactory.Create(Inference.Runtime.Device.Cpu).Open(file);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        Tensor images = Pictures(network.Rows, network.Columns);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(images.data<byte>().ToArray(), images.shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, [session.InputNames[0]], [value], session.OutputNames);
        IReadOnlyDictionary<string, Tensor> own = network.RunExactly(images);
        return session.OutputNames.Zip(outputs).Select(pair => (pair.First, Difference(pair.Second, own[pair.First]))).MaxBy(pair => double.IsNaN(pair.Item2) ? double.MaxValue : pair.Item2);
    }

    /// <summary>The norm of a difference as a share of the expected tensor's norm; NaN where the shapes differ.</summary>
    public static double Difference(Tensor expected, Tensor actual)
    {
        using DisposeScope scope = NewDisposeScope();
        return expected.shape.SequenceEqual(actual.shape) ? (actual - expected).norm().ToNumber() / Math.Max(expected.norm().ToNumber(), float.Epsilon) : double.NaN;
    }

    /// <summary>Random pictures, uint8 [n, rows, columns, 3]: smooth, with some noise.</summary>
    public static Tensor Pictures(long rows, long columns)
    {
        using Generator generator = new(1);
        Tensor coarse = rand([Images, 3, 5, 5], generator: generator).Times(255);
        Tensor smooth = nn.functional.interpolate(coarse, [rows, columns], mode: InterpolationMode.Bilinear, align_corners: true);
        Tensor noise = rand(smooth.shape, generator: generator).Plus(-0.5).Times(60);
        return smooth.Plus(noise).Clip(0, 255).to_type(ScalarType.Byte).permute(0, 2, 3, 1).contiguous();
    }

    private static double Difference(OrtValue expected, Tensor actual) =>
        Difference(tensor(expected.GetTensorDataAsSpan<float>().ToArray(), expected.GetTensorTypeAndShape().Shape), actual);
}
