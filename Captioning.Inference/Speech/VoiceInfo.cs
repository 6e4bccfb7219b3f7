namespace Captioning.Inference.Speech;

/// <summary>What a voice's configuration tells about it.</summary>
/// <param name="Name">The name of the model file without <c>.onnx</c>, such as <c>en_US-joe-medium</c>.</param>
/// <param name="Language">The language's code, such as <c>en_US</c>; espeak-ng's voice where the configuration has none.</param>
/// <param name="Quality">Piper's own grade, such as <c>medium</c>; empty where the configuration has none.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Speakers">Speakers in the order of their ids; unnamed ones go by their id. Never empty.</param>
/// <param name="ModelPath">The ONNX file.</param>
public sealed record VoiceInfo(
    string Name, string Language, string Quality, int SampleRate, IReadOnlyList<string> Speakers, string ModelPath);
