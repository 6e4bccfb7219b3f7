using Captioning.Trainer.Quantization;

namespace Captioning.Trainer.Tests.Quantization;

public sealed class QuantizationRangeTests
{
    [Theory]
    [InlineData(0, 6)]
    [InlineData(0, 0.1)]
    [InlineData(0, 12345.678)]
    public void Between_FromZero_ReachesTheEndAndNotBeyond(double least, double most)
    {
        QuantizationRange range = QuantizationRange.Between(least, most);

        Assert.Equal(0, range.ZeroPoint);
        Assert.InRange(byte.MaxValue * range.Scale, (float)most * 0.999999f, (float)most);
        Assert.Equal(most, range.Round(2 * most), most * 1e-6);
        Assert.Equal(0, range.Round(-1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-0.3, 6)]
    [InlineData(-6, 0)]
    public void Round_NumberInTheRange_HalfAStepAwayAtMostAndZeroExact(double least, double most)
    {
        QuantizationRange range = QuantizationRange.Between(least, most);

        Assert.Equal(0, range.Round(0));
        for (double number = least; number <= most; number += (most - least) / 1000)
        {
            // Zero between two steps moves both ends by up to half of one.
            Assert.InRange(Math.Abs(range.Round(number) - number), 0, range.Scale * 1.0001);
        }
    }

    [Fact]
    public void Between_NothingButZero_ZeroIsKept() => Assert.Equal(0, QuantizationRange.Between(0, 0).Round(0));
}
