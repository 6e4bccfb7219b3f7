using System.Security.Cryptography;
using Captioning.Contracts;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Speech;

/// <summary>A text that was spoken.</summary>
/// <param name="Wav">The WAV file.</param>
/// <param name="Audio">What it is, but for its place.</param>
internal sealed record SpokenText(byte[] Wav, SpeechAudio Audio)
{
    /// <summary>Speaking the same text again sounds slightly different, so the tag is that of these bytes.</summary>
    public EntityTagHeaderValue Tag { get; } = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Wav).AsSpan(0, 16))}\"");
}
