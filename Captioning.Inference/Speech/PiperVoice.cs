using System.Buffers;
using System.Runtime.InteropServices;
using Captioning.Inference.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference.Speech;

/// <summary>
/// A Piper voice (https://github.com/OHF-Voice/piper1-gpl): text to phonemes by espeak-ng, phonemes to audio by a VITS model.
/// All methods may be called from several threads at once; dispose it only when none of them runs any more.
/// </summary>
public sealed class PiperVoice : IDisposable
{
    private const int ChunkSamples = 8192;

    private static readonly SearchValues<char> SilentMarks = SearchValues.Create(" .,:;?!");
    private static readonly string[] InputNames = ["input", "input_lengths", "scales"];
    private static readonly string[] InputNamesWithSpeaker = [.. InputNames, "sid"];

    private readonly VoiceConfig _config;
    private readonly EspeakPhonemizer? _phonemizer;
    private readonly PhonemeEncoder _encoder;
    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;

    private PiperVoice(VoiceConfig config, EspeakPhonemizer? phonemizer, PhonemeEncoder encoder, InferenceSession session)
    {
        _config = config;
        _phonemizer = phonemizer;
        _encoder = encoder;
        _session = session;
        _inputNames = session.InputMetadata.ContainsKey("sid") ? InputNamesWithSpeaker : InputNames;
        _outputNames = [session.OutputNames[0]];
    }

    /// <summary>What the voice's configuration tells about it.</summary>
    public VoiceInfo Info => _config.Info;

    /// <summary>Loads a voice and tries it out.</summary>
    /// <param name="path">A folder with one <c>.onnx</c> file and its <c>.onnx.json</c>, or the <c>.onnx</c> file itself.</param>
    /// <param name="sessions">Where the model runs.</param>
    /// <param name="logger">Where phonemes that the voice does not know are reported.</param>
    /// <exception cref="SpeechUnavailableException">espeak-ng is missing, or the voice is missing or broken.</exception>
    public static PiperVoice Load(string path, SessionFactory sessions, ILogger? logger = null) =>
        Load(path, sessions, logger, Espeak.LibraryNames);

    internal static PiperVoice Load(string path, SessionFactory sessions, ILogger? logger, IReadOnlyList<string> espeakNames)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        VoiceConfig config = VoiceConfig.Read(VoiceCatalog.FindModel(path));
        EspeakPhonemizer? phonemizer = config.EspeakVoice is { } name ? new EspeakPhonemizer(Espeak.Open(espeakNames), name) : null;
        PhonemeEncoder encoder = new(config, logger ?? NullLogger.Instance);
        PiperVoice voice = new(config, phonemizer, encoder, VoiceModel.Open(config, sessions));
        try
        {
            voice.TryOut();
            return voice;
        }
        catch
        {
            voice.Dispose();
            throw;
        }
    }

    /// <summary>Turns text into phonemes, one string a sentence, as they are given to the model.</summary>
    /// <remarks>
    /// Sentences with nothing but punctuation are left out: the model makes noise of them. Sentences of more than
    /// 512 phonemes are cut, which bounds the memory of a run.
    /// </remarks>
    public IReadOnlyList<string> Phonemize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        IEnumerable<string> sentences = _phonemizer?.Phonemize(text) ?? [CanonicalDecomposition.Decompose(text)];
        return [.. sentences.SelectMany(SentenceSplitter.Split).Where(s => s.AsSpan().ContainsAnyExcept(SilentMarks))];
    }

    /// <summary>Speaks a text sentence by sentence, each as soon as it is ready.</summary>
    /// <param name="text">The text. One with nothing to say gives no segments.</param>
    /// <param name="options">How it is spoken; <see cref="SpeechOptions.SentenceSilence"/> is left to the caller.</param>
    /// <param name="cancellationToken">Stops the synthesis, also within a sentence.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the voice has no such speaker.</exception>
    public IEnumerable<SpeechSegment> SynthesizeSentences(
        string text, SpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        SpeechOptions checkedOptions = Check(options, out long speaker);
        ArgumentNullException.ThrowIfNull(text);
        return Segments();

        IEnumerable<SpeechSegment> Segments()
        {
            foreach (string sentence in Phonemize(text))
            {
                short[] samples;
                using (OrtValue? output = Run(sentence, checkedOptions, speaker, cancellationToken))
                {
                    if (output is null)
                    {
                        continue;
                    }

                    ReadOnlySpan<float> audio = output.GetTensorDataAsSpan<float>();
                    samples = GC.AllocateUninitializedArray<short>(audio.Length);
                    Pcm.For(audio, checkedOptions.Normalize, checkedOptions.Volume).Convert(audio, samples);
                }

                yield return new SpeechSegment(sentence, samples);
            }
        }
    }

    /// <summary>Speaks a text into a WAV file: 16-bit PCM, one channel, at the voice's sample rate.</summary>
    /// <param name="text">The text. One with nothing to say gives a file without samples.</param>
    /// <param name="wav">
    /// Where the file is written, from the current position on. A stream that cannot seek gets it in one piece at the end;
    /// one that can holds an unfinished file where the synthesis fails or is cancelled. It is left open.
    /// </param>
    /// <param name="options">How it is spoken.</param>
    /// <param name="cancellationToken">Stops the synthesis, also within a sentence.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the voice has no such speaker.</exception>
    public SpeechResult Synthesize(
        string text, Stream wav, SpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wav);
        options = Check(options, out long speaker);
        if (wav.CanSeek)
        {
            return SynthesizeSeekable(text, wav, options, speaker, cancellationToken);
        }

        using MemoryStream collected = new();
        SpeechResult result = SynthesizeSeekable(text, collected, options, speaker, cancellationToken);
        collected.WriteTo(wav);
        return result;
    }

    /// <summary>Releases the model.</summary>
    public void Dispose() => _session.Dispose();

    /// <summary>The ids that a sentence of phonemes is given to the model as.</summary>
    internal long[] Encode(string phonemes) => _encoder.Encode(phonemes);

    private SpeechResult SynthesizeSeekable(
        string text, Stream wav, SpeechOptions options, long speaker, CancellationToken cancellationToken)
    {
        Span<byte> header = stackalloc byte[WavHeader.Length];
        long start = wav.Position;
        WavHeader.Write(header, Info.SampleRate, sampleCount: 0);
        wav.Write(header);

        int silence = (int)(Info.SampleRate * options.SentenceSilence.TotalSeconds);
        long sampleCount = 0;
        int sentences = 0;
        foreach (string sentence in Phonemize(text))
        {
            using OrtValue? output = Run(sentence, options, speaker, cancellationToken);
            if (output is null)
            {
                continue;
            }

            if (sentences++ > 0)
            {
                WriteSilence(wav, silence);
                sampleCount += silence;
            }

            ReadOnlySpan<float> audio = output.GetTensorDataAsSpan<float>();
            WriteAudio(wav, audio, Pcm.For(audio, options.Normalize, options.Volume));
            sampleCount += audio.Length;
        }

        long end = wav.Position;
        WavHeader.Write(header, Info.SampleRate, sampleCount);
        wav.Position = start;
        wav.Write(header);
        wav.Position = end;
        return new SpeechResult(sampleCount, Info.SampleRate, sentences);
    }

    private static void WriteAudio(Stream wav, ReadOnlySpan<float> audio, Pcm pcm)
    {
        short[] chunk = ArrayPool<short>.Shared.Rent(ChunkSamples);
        while (!audio.IsEmpty)
        {
            int count = Math.Min(audio.Length, chunk.Length);
            pcm.Convert(audio[..count], chunk);
            wav.Write(MemoryMarshal.AsBytes(chunk.AsSpan(0, count)));
            audio = audio[count..];
        }

        ArrayPool<short>.Shared.Return(chunk);
    }

    private static void WriteSilence(Stream wav, int samples)
    {
        Span<byte> zeros = stackalloc byte[1024];
        zeros.Clear();
        for (int left = samples * sizeof(short); left > 0; left -= zeros.Length)
        {
            wav.Write(zeros[..Math.Min(left, zeros.Length)]);
        }
    }

    private SpeechOptions Check(SpeechOptions? options, out long speaker)
    {
        options ??= new SpeechOptions();
        options.Validate();
        speaker = _config.Speaker(options.Speaker);
        return options;
    }

    /// <returns>float32 [1, 1, samples] or another shape with that many values; null where the voice knows no phoneme of it.</returns>
    private OrtValue? Run(string phonemes, SpeechOptions options, long speaker, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long[] ids = _encoder.Encode(phonemes);
        return ids.Length == _encoder.EmptyLength ? null : Run(ids, options, speaker, cancellationToken);
    }

    private OrtValue Run(long[] ids, SpeechOptions options, long speaker, CancellationToken cancellationToken)
    {
        float[] scales =
        [
            options.NoiseScale ?? _config.NoiseScale, options.LengthScale ?? _config.LengthScale, options.NoiseW ?? _config.NoiseW,
        ];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using OrtValue lengths = OrtValue.CreateTensorValueFromMemory(new long[] { ids.Length }, [1]);
        using OrtValue scale = OrtValue.CreateTensorValueFromMemory(scales, [3]);
        using OrtValue sid = OrtValue.CreateTensorValueFromMemory(new[] { speaker }, [1]);
        OrtValue[] inputs = _inputNames.Length == InputNames.Length ? [input, lengths, scale] : [input, lengths, scale, sid];

        using RunOptions run = new();
        using CancellationTokenRegistration stop = cancellationToken.Register(static r => ((RunOptions)r!).Terminate = true, run);
        try
        {
            return _session.Run(run, _inputNames, inputs, _outputNames)[0];
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    // A model that loads may still not run; that had better come out here than with the first text.
    private void TryOut()
    {
        KeyValuePair<string, long[]> phoneme = _config.PhonemeIds.FirstOrDefault(p => p.Value.Length > 0);
        try
        {
            using OrtValue output = Run(_encoder.Encode(phoneme.Key), new SpeechOptions(), _config.DefaultSpeaker, CancellationToken.None);
            output.GetTensorDataAsSpan<float>();
        }
        catch (OnnxRuntimeException e)
        {
            throw VoiceModel.Broken(_config.Info.ModelPath, e);
        }
    }
}
