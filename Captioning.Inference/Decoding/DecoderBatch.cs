using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Captioning.Inference.Decoding;

/// <summary>
/// A batch of images while it is decoded. Hypotheses are rows: row = image * <see cref="Beam"/> + hypothesis.
/// It starts with one hypothesis per image.
/// </summary>
internal sealed class DecoderBatch : IDisposable
{
    private readonly Decoder _decoder;
    private readonly DecoderBuffers _buffers;
    private readonly IDisposableReadOnlyCollection<OrtValue> _initOutputs;
    private readonly bool _attention;
    private readonly RunOptions _options = new();
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;

    public DecoderBatch(
        Decoder decoder, DecoderBuffers buffers, string[] initNames, IDisposableReadOnlyCollection<OrtValue> initOutputs, int images, bool attention)
    {
        _decoder = decoder;
        _buffers = buffers;
        _initOutputs = initOutputs;
        _attention = attention;
        _inputs = new OrtValue[decoder.Inputs.Length];
        _outputs = new OrtValue[(attention ? decoder.OutputsWithAttention : decoder.Outputs).Length];
        Images = images;
        Beam = 1;
        for (int s = 0; s < decoder.States.Length; s++)
        {
            Span<float> state = buffers.StatesIn[s].AsSpan(0, images * decoder.StateSizes[s]);
            int given = Array.IndexOf(initNames, decoder.States[s]);
            if (given < 0)
            {
                state.Clear();
            }
            else
            {
                initOutputs[given].GetTensorDataAsSpan<float>().CopyTo(state);
            }
        }

        Bind();
    }

    /// <summary>Images that are still decoded.</summary>
    public int Images { get; private set; }

    /// <summary>Hypotheses per image.</summary>
    public int Beam { get; private set; }

    /// <summary>The token that each row goes on from, [row].</summary>
    public Span<long> Tokens => _buffers.Tokens.AsSpan(0, Images * Beam);

    /// <summary>Runs the step graph once over all rows.</summary>
    public void Step() => _decoder.Step.Run(
        _options, _decoder.Inputs, _inputs, _attention ? _decoder.OutputsWithAttention : _decoder.Outputs, _outputs);

    /// <summary>What the last step gave for a row's next token: natural logarithms, [vocabulary]. The caller may overwrite them.</summary>
    public Span<float> LogProbs(int row) => _buffers.LogProbs.AsSpan(row * _decoder.VocabularySize, _decoder.VocabularySize);

    /// <summary>Where the last step looked for a row's next token, [region]; empty where attention was not asked for.</summary>
    public ReadOnlySpan<float> Attention(int row) =>
        _attention ? _buffers.Attention.AsSpan(row * _decoder.Regions, _decoder.Regions) : default;

    /// <summary>Goes on with chosen hypotheses of chosen images.</summary>
    /// <param name="images">The images to keep, as their places in this batch, rising.</param>
    /// <param name="parents">For each new row, the row of the last step whose state it takes over; [images.Length * beam].</param>
    /// <param name="beam">Hypotheses per image from now on.</param>
    public void Advance(ReadOnlySpan<int> images, ReadOnlySpan<int> parents, int beam)
    {
        for (int s = 0; s < _decoder.States.Length; s++)
        {
            int size = _decoder.StateSizes[s];
            float[] from = _buffers.StatesOut[s];
            float[] to = _buffers.StatesIn[s];
            for (int row = 0; row < parents.Length; row++)
            {
                from.AsSpan(parents[row] * size, size).CopyTo(to.AsSpan(row * size, size));
            }
        }

        if (images.Length < Images)
        {
            Retire(images);
        }
        else if (beam == Beam)
        {
            return;
        }

        Images = images.Length;
        Beam = beam;
        Bind();
    }

    public void Dispose()
    {
        Unbind();
        _initOutputs.Dispose();
        _options.Dispose();
        _decoder.Return(_buffers);
    }

    /// <summary>Moves the memory of the images that go on to the front, in place.</summary>
    private void Retire(ReadOnlySpan<int> images)
    {
        for (int m = 0; m < _decoder.Memories.Length; m++)
        {
            Span<float> memory = _initOutputs[m].GetTensorMutableDataAsSpan<float>();
            int size = ImageSize(m);
            for (int image = 0; image < images.Length; image++)
            {
                if (images[image] != image)
                {
                    memory.Slice(images[image] * size, size).CopyTo(memory.Slice(image * size, size));
                }
            }
        }
    }

    private int ImageSize(int memory)
    {
        OrtTensorTypeAndShapeInfo info = _initOutputs[memory].GetTensorTypeAndShape();
        return (int)(info.ElementCount / info.Shape[0]);
    }

    /// <summary>Makes tensors of the current numbers of images and hypotheses over the buffers.</summary>
    private void Bind()
    {
        Unbind();
        int rows = Images * Beam;
        _inputs[0] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _buffers.Tokens.AsMemory(0, rows), [Images, Beam]);
        _outputs[0] = Tensor(_buffers.LogProbs, _decoder.VocabularySize);
        for (int s = 0; s < _decoder.States.Length; s++)
        {
            _inputs[1 + s] = Tensor(_buffers.StatesIn[s], _decoder.StateSizes[s]);
            _outputs[1 + s] = Tensor(_buffers.StatesOut[s], _decoder.StateSizes[s]);
        }

        for (int m = 0; m < _decoder.Memories.Length; m++)
        {
            _inputs[1 + _decoder.States.Length + m] = MemoryTensor(m);
        }

        if (_attention)
        {
            _outputs[^1] = Tensor(_buffers.Attention, _decoder.Regions);
        }
    }

    private void Unbind()
    {
        foreach (OrtValue? value in _inputs)
        {
            value?.Dispose();
        }

        foreach (OrtValue? value in _outputs)
        {
            value?.Dispose();
        }
    }

    private OrtValue Tensor(float[] buffer, int size) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, Images * Beam * size), [Images, Beam, size]);

    /// <summary>The first images of a memory tensor, without a copy.</summary>
    private unsafe OrtValue MemoryTensor(int memory)
    {
        long[] shape = _initOutputs[memory].GetTensorTypeAndShape().Shape;
        shape[0] = Images;
        Span<float> data = _initOutputs[memory].GetTensorMutableDataAsSpan<float>();
        long bytes = (long)Images * ImageSize(memory) * sizeof(float);

        // The tensor's memory is native: it does not move, and lives as long as _initOutputs.
        fixed (float* pointer = &MemoryMarshal.GetReference(data))
        {
            return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)pointer, bytes);
        }
    }
}
