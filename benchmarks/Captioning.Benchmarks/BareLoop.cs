using System.Diagnostics;
using Captioning.Inference;
using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Benchmarks;

/// <summary>
/// The limit: nothing but the calls of ONNX Runtime that a batch of these images needs, on tensors prepared
/// beforehand. The numbers of steps, and of images still running at each, are those of the real captions.
/// </summary>
internal sealed class BareLoop : IDisposable
{
    private readonly ModelManifest _manifest;
    private readonly InferenceSession _encoder;
    private readonly InferenceSession _init;
    private readonly InferenceSession _step;
    private readonly RunOptions _options = new();
    private readonly OrtValue _images;
    private readonly OrtValue _regions;
    private readonly string[] _memoryNames;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly Dictionary<(int Images, int Beam), (OrtValue[] Inputs, OrtValue[] Outputs)> _steps = [];
    private readonly int[] _imagesAtStep;

    public BareLoop(SessionFactory sessions, int batchSize, IReadOnlyList<ReadOnlyMemory<byte>> images)
    {
        ModelBundle bundle = ModelBundle.Read(Repository.Model);
        _manifest = bundle.Manifest;
        BatchSize = batchSize;
        _encoder = sessions.Open(bundle[_manifest.Encoder.File]);
        _init = sessions.Open(bundle[_manifest.Decoder.Init]);
        _step = sessions.Open(bundle[_manifest.Decoder.Step]);
        int size = _manifest.Encoder.InputSize;
        byte[] pixels = new byte[batchSize * size * size * 3];
        for (int i = 0; i < batchSize; i++)
        {
            images[i % images.Count].CopyTo(pixels.AsMemory(i * size * size * 3));
        }

        int regions = _manifest.Features.GridRows * _manifest.Features.GridColumns;
        _images = OrtValue.CreateTensorValueFromMemory(pixels, [batchSize, size, size, 3]);
        _regions = OrtValue.CreateTensorValueFromMemory(new float[batchSize * regions * _manifest.Features.Channels], [batchSize, regions, _manifest.Features.Channels]);

        string[] states = [.. _step.InputNames.Where(n => _step.OutputMetadata.ContainsKey(n + "_out"))];
        _memoryNames = [.. _step.InputNames.Except(states).Where(n => n != Decoder.Token)];
        _inputs = [Decoder.Token, .. states, .. _memoryNames];
        _outputs = [Decoder.LogProbs, .. states.Select(s => s + "_out")];
        _imagesAtStep = CountSteps(sessions, pixels, batchSize);
        Prepare(states);
    }

    public int BatchSize { get; }

    /// <summary>Runs one batch.</summary>
    public void Run()
    {
        _encoder.Run(_options, ["image"], [_images], ["regions"], [_regions]);
        using (_init.Run(_options, ["regions"], [_regions], _memoryNames))
        {
            for (int s = 0; s < _imagesAtStep.Length; s++)
            {
                (OrtValue[] inputs, OrtValue[] outputs) = _steps[Shape(s)];
                _step.Run(_options, _inputs, inputs, _outputs, outputs);
            }
        }
    }

    /// <summary>Runs so many images, whole batches of them.</summary>
    /// <returns>Images per second.</returns>
    public double Rate(int images)
    {
        int batches = (images + BatchSize - 1) / BatchSize;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < batches; i++)
        {
            Run();
        }

        return batches * BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _init.Dispose();
        _step.Dispose();
        _options.Dispose();
        _images.Dispose();
        _regions.Dispose();
        foreach ((OrtValue[] inputs, OrtValue[] outputs) in _steps.Values)
        {
            Array.ForEach(inputs, v => v.Dispose());
            Array.ForEach(outputs, v => v.Dispose());
        }
    }

    private (int Images, int Beam) Shape(int step) => (_imagesAtStep[step], step == 0 ? 1 : _manifest.Beam.Width);

    /// <summary>An image is decoded until its longest hypothesis has ended.</summary>
    private int[] CountSteps(SessionFactory sessions, byte[] pixels, int batchSize)
    {
        using Captioner captioner = Captioner.Load(Repository.Model, sessions);
        int bytes = pixels.Length / batchSize;
        ReadOnlyMemory<byte>[] images = [.. Enumerable.Range(0, batchSize).Select(i => (ReadOnlyMemory<byte>)pixels.AsMemory(i * bytes, bytes))];
        int[] steps =
        [
            .. captioner.Run(images, new CaptionOptions { Candidates = _manifest.Beam.Width })
                .Select(candidates => Math.Min(_manifest.Beam.MaxLength, candidates.Max(c => c.Tokens.Count) + 1)),
        ];
        return [.. Enumerable.Range(0, steps.Max()).Select(s => steps.Count(n => n > s))];
    }

    private void Prepare(string[] states)
    {
        Random random = new(1);
        for (int s = 0; s < _imagesAtStep.Length; s++)
        {
            (int images, int beam) = Shape(s);
            if (_steps.ContainsKey((images, beam)))
            {
                continue;
            }

            OrtValue Tensor(params long[] shape)
            {
                float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = random.NextSingle() - 0.5f;
                }

                return OrtValue.CreateTensorValueFromMemory(values, shape);
            }

            OrtValue State(string name) => Tensor(images, beam, _step.InputMetadata[name].Dimensions[^1]);
            OrtValue tokens = OrtValue.CreateTensorValueFromMemory(new long[images * beam], [images, beam]);
            int regions = _manifest.Features.GridRows * _manifest.Features.GridColumns;
            OrtValue Memory(string name) => Tensor([images, .. _step.InputMetadata[name].Dimensions.Skip(1).Select(d => d < 0 ? regions : (long)d)]);
            _steps[(images, beam)] = (
                [tokens, .. states.Select(State), .. _memoryNames.Select(Memory)],
                [Tensor(images, beam, _manifest.Vocabulary.Size), .. states.Select(State)]);
        }
    }
}
