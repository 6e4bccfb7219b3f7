namespace Captioning.Inference.Speech;

/// <summary>One spoken sentence.</summary>
/// <param name="Phonemes">What was spoken, in the voice's phonemes.</param>
/// <param name="Samples">16-bit PCM, one channel, at <see cref="VoiceInfo.SampleRate"/>, without any silence after it.</param>
public sealed record SpeechSegment(string Phonemes, ReadOnlyMemory<short> Samples);
