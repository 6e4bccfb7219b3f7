namespace Captioning.Inference.Speech;

/// <summary>A voice that was found in a folder.</summary>
/// <param name="Name">What <see cref="VoiceCatalog.Load"/> takes.</param>
/// <param name="Path">Its folder or its <c>.onnx</c> file.</param>
/// <param name="Info">What its configuration tells; null where that is broken.</param>
/// <param name="Problem">What is wrong with it and what to do; null where its configuration is in order.</param>
public sealed record VoiceEntry(string Name, string Path, VoiceInfo? Info, string? Problem);
