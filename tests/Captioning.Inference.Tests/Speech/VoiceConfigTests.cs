using System.Text.Json.Nodes;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class VoiceConfigTests
{
    [Fact]
    public void Read_SeveralProblems_ListsThemAll()
    {
        using TinyVoice tiny = new();
        tiny.Config["audio"] = new JsonObject { ["sample_rate"] = "fast" };
        tiny.Config["phoneme_type"] = "pinyin";
        tiny.Config["num_speakers"] = 0;
        tiny.Config["num_symbols"] = 15;
        tiny.Config["inference"] = new JsonObject { ["length_scale"] = 0 };
        tiny.Config["phoneme_id_map"] = new JsonObject { ["_"] = new JsonArray(0), ["^"] = 1, ["x"] = new JsonArray(20) };
        tiny.Config["espeak"] = null;
        tiny.WriteConfig();

        var e = Assert.Throws<SpeechUnavailableException>(() => VoiceConfig.Read(tiny.ModelPath));

        Assert.Equal(
            $"Speech is unavailable: The voice configuration '{tiny.ModelPath}.json' is wrong: num_speakers must be a number from 1 to 100000; "
            + "phoneme_id_map['^'] must be a list; phoneme_id_map['x'] must hold whole numbers from 0 to 14, not 20; phoneme_id_map lacks '$'; "
            + "phoneme_type 'pinyin' is not supported ('espeak' and 'text' are); espeak.voice is missing; "
            + "audio.sample_rate must be a number from 1000 to 384000; inference.length_scale must be a number from 0.1 to 10. "
            + "Put the voice's own .onnx.json file, unchanged, beside its .onnx file.",
            e.Message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"phoneme_id_map\":[],\"audio\":3,\"vowel_clusters\":[[1]],\"speaker_id_map\":{\"a\":7}}")]
    public void Read_NotAConfiguration_IsRefused(string json)
    {
        using TinyVoice tiny = new();
        File.WriteAllText(tiny.ModelPath + ".json", json);

        var e = Assert.Throws<SpeechUnavailableException>(() => VoiceConfig.Read(tiny.ModelPath));

        Assert.Contains(tiny.ModelPath, e.Message);
    }

    [Fact]
    public void Read_Missing_SaysWhatToPutThere()
    {
        using TinyVoice tiny = new();
        File.Delete(tiny.ModelPath + ".json");

        var e = Assert.Throws<SpeechUnavailableException>(() => VoiceConfig.Read(tiny.ModelPath));

        Assert.Contains("cannot be read", e.Message);
        Assert.Contains("beside its .onnx file", e.Message);
    }

    [Fact]
    public void Read_OnlyTheNecessary_TakesPipersDefaults()
    {
        using TinyVoice tiny = new();

        VoiceConfig config = VoiceConfig.Read(tiny.ModelPath);

        Assert.Equal((0.667f, 1f, 0.8f), (config.NoiseScale, config.LengthScale, config.NoiseW));
        Assert.Equal(0, config.DefaultSpeaker);
    }
}
