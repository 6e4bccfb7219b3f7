using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class WavHeaderTests
{
    [Theory]
    [InlineData(22050, 0, 0)]
    [InlineData(22050, 11025, 0.5)]
    [InlineData(1, (uint.MaxValue - 36) / 2, (uint.MaxValue - 36) / 2)]
    public void TryRead_Written_GivesRateAndDuration(int sampleRate, long samples, double seconds)
    {
        byte[] header = new byte[WavHeader.Length];
        WavHeader.Write(header, sampleRate, samples);

        Assert.True(WavHeader.TryRead([.. header, 1, 2], out int rate, out TimeSpan duration));

        Assert.Equal(sampleRate, rate);
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Fact]
    public void TryRead_AnythingElse_IsFalse()
    {
        byte[] header = new byte[WavHeader.Length];
        WavHeader.Write(header, 22050, 100);
        byte[] openEnded = new byte[WavHeader.Length];
        WavHeader.WriteOpenEnded(openEnded, 22050);
        byte[][] others =
        [
            [], header[..^1], openEnded, new byte[WavHeader.Length],
            .. Enumerable.Range(0, WavHeader.Length).Select(i => header.Select((b, j) => i == j ? (byte)(b ^ 1) : b).ToArray()),
        ];

        Assert.All(others, other => Assert.False(WavHeader.TryRead(other, out _, out _)));
    }
}
