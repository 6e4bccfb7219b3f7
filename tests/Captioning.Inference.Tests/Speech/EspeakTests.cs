using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class EspeakTests
{
    private static readonly string[] Missing = ["libno-such-espeak.so.9", "no-such-espeak"];

    [Fact]
    public void Probe_Installed_TellsVersionAndData()
    {
        EspeakStatus status = EspeakStatus.Probe();

        Assert.True(status.IsAvailable, status.Problem);
        Assert.Matches(@"^\d+\.\d+", status.Version);
        Assert.True(Directory.Exists(status.DataPath));
    }

    [Fact]
    public void Probe_LibraryMissing_SaysHowToInstall()
    {
        EspeakStatus status = EspeakStatus.Probe(Missing);

        Assert.False(status.IsAvailable);
        Assert.Contains("espeak-ng is not installed (looked for libno-such-espeak.so.9, no-such-espeak). Install it: ", status.Problem);
    }

    [Fact]
    public void Load_LibraryMissing_SaysHowToInstall()
    {
        SessionFactory sessions = SessionFactory.Create(Device.Cpu);

        var e = Assert.Throws<SpeechUnavailableException>(() => PiperVoice.Load(JoeVoice.Folder, sessions, logger: null, Missing));

        Assert.StartsWith("Speech is unavailable: espeak-ng is not installed", e.Message);
    }

    [Fact]
    public void Load_LibraryMissingButVoiceTakesCharacters_Works()
    {
        using TinyVoice tiny = new();

        using PiperVoice voice = PiperVoice.Load(tiny.Folder, SessionFactory.Create(Device.Cpu), logger: null, Missing);

        Assert.Equal(["ab"], voice.Phonemize("ab"));
    }

    [Fact]
    public void Load_EspeakLacksTheVoice_NamesIt()
    {
        using TinyVoice tiny = new(type: "espeak");
        tiny.Config["espeak"]!["voice"] = "xx-klingon";
        tiny.WriteConfig();

        var e = Assert.Throws<SpeechUnavailableException>(() => tiny.Load());

        Assert.Contains("has no voice 'xx-klingon'", e.Message);
    }
}
