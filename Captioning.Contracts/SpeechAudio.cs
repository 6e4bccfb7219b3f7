namespace Captioning.Contracts;

/// <summary>A caption as speech.</summary>
/// <param name="Uri">The URI of the RIFF WAVE file: the destination asked for.</param>
/// <param name="Voice">The id of the voice.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Duration">The length in seconds.</param>
public sealed record SpeechAudio(string Uri, string Voice, int SampleRate, double Duration);
