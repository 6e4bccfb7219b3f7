using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class PcmTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Convert_AnyLength_EqualsTheFormulaSampleBySample(int length)
    {
        float[] audio = [.. Enumerable.Range(0, length).Select(i => 0.4f * MathF.Sin(i * 0.7f + 1))];
        float peak = audio.Max(Math.Abs);
        short[] expected = [.. audio.Select(x => (short)(Math.Clamp(x / peak * 0.9f, -1, 1) * 32767f))];

        Assert.Equal(expected, Convert(audio, normalize: true, volume: 0.9f));
    }

    [Fact]
    public void Convert_Normalized_ReachesFullScale() =>
        Assert.Equal([32767, -16383, 0], Convert([0.2f, -0.1f, 0], normalize: true, volume: 1));

    [Fact]
    public void Convert_TooLoud_IsClipped() =>
        Assert.Equal([32767, -32767, 16383], Convert([3, -3, 0.25f], normalize: false, volume: 2));

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-9f)]
    [InlineData(float.NaN)]
    public void Convert_NothingToHear_IsSilence(float sample) =>
        Assert.Equal(new short[40], Convert([.. Enumerable.Repeat(sample, 40)], normalize: true, volume: 1));

    [Fact]
    public void Convert_NoSamples_GivesNone() => Assert.Empty(Convert([], normalize: true, volume: 1));

    private static short[] Convert(float[] audio, bool normalize, float volume)
    {
        short[] pcm = new short[audio.Length];
        Pcm.For(audio, normalize, volume).Convert(audio, pcm);
        return pcm;
    }
}
