using Captioning.Contracts;

namespace Captioning.Worker.Speech;

/// <summary>What came of speaking: audio or the reason for none, and how long it took, waiting included.</summary>
internal sealed record SpeechOutcome(SpeechAudio? Audio, string? Error, TimeSpan Elapsed);
