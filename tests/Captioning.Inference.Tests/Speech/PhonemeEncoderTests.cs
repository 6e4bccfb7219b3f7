using System.Text.Json.Nodes;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class PhonemeEncoderTests
{
    private readonly RecordingLogger _logger = new();

    [Fact]
    public void Encode_KnownPhonemes_ArePadded() => Assert.Equal([1, 0, 10, 0, 11, 0, 2], Encoder().Encode("ab"));

    [Fact]
    public void Encode_Nothing_IsStartPadEnd()
    {
        PhonemeEncoder encoder = Encoder();

        Assert.Equal([1, 0, 2], encoder.Encode(""));
        Assert.Equal(3, encoder.EmptyLength);
    }

    [Fact]
    public void Encode_UnknownPhoneme_IsLeftOutWithOneWarning()
    {
        PhonemeEncoder encoder = Encoder();

        Assert.Equal([1, 0, 10, 0, 11, 0, 2], encoder.Encode("a😀b😀"));
        Assert.Equal([1, 0, 10, 0, 2], encoder.Encode("😀a"));
        Assert.Equal(["Warning: The voice 'tiny' does not know the phoneme '😀' and leaves it out."], _logger.Messages);
    }

    [Fact]
    public void Encode_PhonemeOfSeveralIds_AddsThemAllBeforeThePad() =>
        Assert.Equal([1, 0, 10, 11, 0, 2], Encoder(c => c["phoneme_id_map"]!["x"] = new JsonArray(10, 11)).Encode("x"));

    [Fact]
    public void Encode_PhonemeMap_IsHonoured() =>
        Assert.Equal(
            [1, 0, 11, 0, 10, 0, 10, 0, 2],
            Encoder(c => c["phoneme_map"] = new JsonObject { ["q"] = new JsonArray("b", "a") }).Encode("qa"));

    [Fact]
    public void Encode_BrazilianPortuguese_SpeaksCAsK()
    {
        PhonemeEncoder encoder = Encoder(
            c =>
            {
                c["phoneme_type"] = "espeak";
                c["espeak"]!["voice"] = "pt-br";
            });

        Assert.Equal([1, 0, 13, 0, 2], encoder.Encode("c"));
    }

    [Fact]
    public void Encode_VowelCluster_CountsAsOne() =>
        Assert.Equal(
            [1, 0, 10, 0, 40, 0, 11, 0, 2],
            Encoder(c => c["vowel_clusters"] = new JsonArray(new JsonArray("a", "b"))).Encode("aabb"));

    [Fact]
    public void Encode_CapitalThatTheVoiceLacks_IsLowered() => Assert.Equal([1, 0, 10, 0, 2], Encoder().Encode("A"));

    [Fact]
    public void Encode_CapitalInIpa_IsUnknown() =>
        Assert.Equal([1, 0, 2], Encoder(c => c["phoneme_type"] = "espeak").Encode("A"));

    private PhonemeEncoder Encoder(Action<JsonObject>? change = null)
    {
        using TinyVoice tiny = new();
        change?.Invoke(tiny.Config);
        tiny.WriteConfig();
        return new PhonemeEncoder(VoiceConfig.Read(tiny.ModelPath), _logger);
    }
}
