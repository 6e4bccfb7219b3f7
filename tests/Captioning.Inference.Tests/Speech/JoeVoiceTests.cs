using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class JoeVoiceTests(JoeVoice joe) : IClassFixture<JoeVoice>
{
    private const string Text = "A dog runs. Is it a cat?";

    [Fact]
    public void Load_Joe_TellsAboutTheVoice() =>
        Assert.Equal(
            ("en_US-joe-medium", "en_US", "medium", 22050, "0"),
            (joe.Voice.Info.Name, joe.Voice.Info.Language, joe.Voice.Info.Quality, joe.Voice.Info.SampleRate, Assert.Single(joe.Voice.Info.Speakers)));

    [Fact]
    public async Task Synthesize_SeveralAtOnceWithoutNoise_SoundsAsAlone()
    {
        byte[] alone = Speak(JoeVoice.ZeroNoise);

        await Parallel.ForAsync(0, 8, (_, _) =>
        {
            Assert.Equal(alone, Speak(JoeVoice.ZeroNoise));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Synthesize_LengthScaleOfTwo_LastsAboutTwiceAsLong()
    {
        double ratio = (double)Speak(JoeVoice.ZeroNoise with { LengthScale = 2 }).Length / Speak(JoeVoice.ZeroNoise).Length;

        Assert.InRange(ratio, 1.8, 2.2);
    }

    [Fact]
    public void Synthesize_Normalized_IsLouderThanTheModel() =>
        Assert.Equal(short.MaxValue, joe.Voice.SynthesizeSentences("A dog.").Single().Samples.ToArray().Max(s => Math.Abs((int)s)));

    private byte[] Speak(SpeechOptions options)
    {
        using MemoryStream wav = new();
        joe.Voice.Synthesize(Text, wav, options);
        return wav.ToArray();
    }
}
