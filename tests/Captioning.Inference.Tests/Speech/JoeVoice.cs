using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

/// <summary>The voice that ships with the repository, loaded once for a class of tests.</summary>
public sealed class JoeVoice : IDisposable
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "voices", "en_US-joe-medium");

    public static SpeechOptions ZeroNoise { get; } = new() { NoiseScale = 0, NoiseW = 0, LengthScale = 1 };

    public PiperVoice Voice { get; } = PiperVoice.Load(Folder, SessionFactory.Create(Device.Cpu));

    public void Dispose() => Voice.Dispose();
}
