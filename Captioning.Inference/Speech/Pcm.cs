using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Captioning.Inference.Speech;

/// <summary>Turns a model's samples into 16-bit PCM.</summary>
/// <param name="peak">What full scale is: samples are divided by it.</param>
/// <param name="volume">What samples are then multiplied with, before they are clipped to full scale.</param>
internal readonly struct Pcm(float peak, float volume)
{
    private const float FullScale = 32767;
    private const float Inaudible = 1e-8f;

    /// <summary>The scale for a whole sentence, which must be known before its first sample is converted.</summary>
    public static Pcm For(ReadOnlySpan<float> sentence, bool normalize, float volume)
    {
        float peak = normalize && !sentence.IsEmpty ? Math.Abs(TensorPrimitives.MaxMagnitude(sentence)) : 1;

        // Also where the peak is NaN, of which there is nothing to hear.
        return peak >= Inaudible ? new Pcm(peak, volume) : new Pcm(1, 0);
    }

    /// <summary>Divides, multiplies, clips and cuts off the fraction, in the order and precision of Piper.</summary>
    public void Convert(ReadOnlySpan<float> samples, Span<short> pcm)
    {
        int wide = Vector<short>.Count;
        int done = samples.Length - (samples.Length % wide);
        ReadOnlySpan<Vector<float>> source = MemoryMarshal.Cast<float, Vector<float>>(samples[..done]);
        Span<Vector<short>> target = MemoryMarshal.Cast<short, Vector<short>>(pcm[..done]);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Vector.Narrow(Convert(source[2 * i]), Convert(source[(2 * i) + 1]));
        }

        for (int i = done; i < samples.Length; i++)
        {
            pcm[i] = (short)(Math.Clamp(samples[i] / peak * volume, -1, 1) * FullScale);
        }
    }

    private Vector<int> Convert(Vector<float> samples)
    {
        Vector<float> scaled = samples / peak * volume;
        return Vector.ConvertToInt32(Vector.Min(Vector.Max(scaled, -Vector<float>.One), Vector<float>.One) * FullScale);
    }
}
