using Captioning.Contracts;

namespace Captioning.Worker.Http.Captions;

/// <summary>A caption that was given, for whoever asks for it again, wants to hear it or has something to say of it.</summary>
/// <param name="Reply">What the client was told.</param>
/// <param name="Captioned">The caption; null where there is none.</param>
/// <param name="Speak">How the client wants it spoken.</param>
internal sealed record KeptCaption(CaptionReply Reply, ImageCaptioned? Captioned, SpeakOptions Speak);
