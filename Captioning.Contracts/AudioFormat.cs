using System.Text.Json.Serialization;

namespace Captioning.Contracts;

/// <summary>A format of audio files. Written as the name of the member.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AudioFormat>))]
public enum AudioFormat
{
    /// <summary>RIFF WAVE with 16-bit mono PCM.</summary>
    Wav,
}
