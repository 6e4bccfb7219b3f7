namespace Captioning.Worker.Http.Discovery;

/// <summary>A voice.</summary>
/// <param name="Id">What requests name it by.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Language">Its language's code, such as <c>en_US</c>.</param>
/// <param name="Quality">Piper's grade, such as <c>medium</c>.</param>
/// <param name="SampleRate">Samples a second.</param>
internal sealed record VoiceResponse(string Id, string Name, string Language, string Quality, int SampleRate);
