using System.Text.Json;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

/// <summary>Phonemes, ids and lengths against those of piper-tts with its own espeak-ng.</summary>
public sealed class PiperReferenceTests(JoeVoice joe) : IClassFixture<JoeVoice>
{
    public static TheoryData<string> Texts =>
        [.. Repository.Json(Repository.Data("piper.json")).GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("text").GetString()!)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Phonemize_ReferenceText_GivesPipersPhonemesAndIds(string text)
    {
        JsonElement[] expected = Sentences(text);

        IReadOnlyList<string> phonemes = joe.Voice.Phonemize(text);

        Assert.Equal(expected.Select(s => s.GetProperty("phonemes").GetString()), phonemes);
        Assert.All(phonemes, (sentence, i) =>
            Assert.Equal(expected[i].GetProperty("ids").Deserialize<long[]>(), joe.Voice.Encode(sentence)));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void SynthesizeSentences_ReferenceTextWithoutNoise_GivesPipersLengths(string text)
    {
        IEnumerable<int> lengths = joe.Voice.SynthesizeSentences(text, JoeVoice.ZeroNoise).Select(s => s.Samples.Length);

        Assert.Equal(Sentences(text).Select(s => s.GetProperty("samples_at_zero_noise").GetInt32()), lengths);
    }

    [Fact]
    [Trait("Needs", "shared")]
    public void Synthesize_ReferenceTextWithoutNoise_SoundsLikePiper()
    {
        byte[] expected = File.ReadAllBytes(Repository.Shared("reference/piper-dog.wav"));
        using MemoryStream wav = new();

        joe.Voice.Synthesize("A dog runs through the grass.", wav, JoeVoice.ZeroNoise);

        byte[] actual = wav.ToArray();
        Assert.Equal(expected.AsSpan(0, 44), actual.AsSpan(0, 44));
        Assert.Equal(expected.Length, actual.Length);
        short[] difference = [.. Samples(expected).Zip(Samples(actual), (a, b) => (short)Math.Abs(a - b))];
        Assert.True(difference.Max() <= 32, $"The largest difference is {difference.Max()} of 32767.");
    }

    private static IEnumerable<short> Samples(byte[] wav) => wav[44..].Chunk(2).Select(pair => BitConverter.ToInt16(pair));

    private static JsonElement[] Sentences(string text) =>
    [
        .. Repository.Json(Repository.Data("piper.json")).GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("text").GetString() == text).GetProperty("sentences").EnumerateArray(),
    ];
}
