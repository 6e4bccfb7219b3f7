using System.Numerics.Tensors;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Export;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using static Onnx.TensorProto.Types;

namespace Captioning.Trainer.Quantization;

/// <summary>Runs a graph on photos and looks at tensors inside it.</summary>
internal sealed class Calibration : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _tensors;
    private readonly ActivationHistogram[] _histograms;
    private readonly double[][] _sums;
    private int _photos;

    /// <param name="model">The graph; its input is pixels, uint8 [n, size, size, 3].</param>
    /// <param name="tensors">Names of the tensors, float32 [n, channels, ...].</param>
    /// <param name="sessions">Opens the graph.</param>
    public Calibration(ModelProto model, IEnumerable<string> tensors, SessionFactory sessions)
    {
        _tensors = [.. tensors];
        _histograms = Array.ConvertAll(_tensors, _ => new ActivationHistogram());
        _sums = Array.ConvertAll(_tensors, _ => Array.Empty<double>());
        ModelProto watched = model.Clone();
        HashSet<string> outputs = [.. watched.Graph.Output.Select(output => output.Name)];
        watched.Graph.Output.Add(_tensors.Where(tensor => !outputs.Contains(tensor)).Select(
            tensor => new ValueInfoProto { Name = tensor, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float } } }));
        _session = sessions.Open(watched.ToByteArray());
    }

    /// <summary>Runs photos through the graph.</summary>
    /// <param name="pixels">Their pixels, one photo after the other.</param>
    /// <param name="shape">The shape of the pixels: [n, size, size, 3].</param>
    /// <exception cref="ExportException">A tensor has values that are no finite numbers.</exception>
    public void Add(byte[] pixels, long[] shape)
    {
        _photos += (int)shape[0];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> values = _session.Run(options, [_session.InputNames[0]], [input], _tensors);
        for (int i = 0; i < _tensors.Length; i++)
        {
            ReadOnlySpan<float> numbers = values[i].GetTensorDataAsSpan<float>();
            _histograms[i].Add(numbers, _tensors[i]);
            int channels = (int)values[i].GetTensorTypeAndShape().Shape[1];
            Array.Resize(ref _sums[i], channels);
            AddMeans(numbers, _sums[i], numbers.Length / (int)shape[0] / channels);
        }
    }

    /// <summary>What was seen of each tensor.</summary>
    public IReadOnlyDictionary<string, TensorStatistics> Find()
    {
        TensorStatistics[] found = new TensorStatistics[_tensors.Length];
        Parallel.For(0, found.Length, i => found[i] = new TensorStatistics(_histograms[i].FindRange(), Array.ConvertAll(_sums[i], sum => sum / _photos)));
        return _tensors.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public void Dispose() => _session.Dispose();

    private static void AddMeans(ReadOnlySpan<float> numbers, double[] sums, int length)
    {
        for (int start = 0, channel = 0; start < numbers.Length; start += length, channel = (channel + 1) % sums.Length)
        {
            sums[channel] += TensorPrimitives.Sum(numbers.Slice(start, length)) / length;
        }
    }
}
