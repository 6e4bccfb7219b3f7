using Captioning.Trainer.Export;
using Captioning.Trainer.Quantization;

namespace Captioning.Trainer.Tests.Quantization;

public sealed class ActivationHistogramTests
{
    private readonly Random _random = new(3);

    [Fact]
    public void FindRange_EvenlySpread_AllOfIt()
    {
        ActivationHistogram histogram = new();
        histogram.Add(Numbers(-0.5f, 0.5f), "x");
        histogram.Add(Numbers(-2, 6), "x");

        QuantizationRange range = histogram.FindRange();

        Assert.InRange(range.Round(100), 5.8, 6.05);
        Assert.InRange(range.Round(-100), -2.05, -1.9);
    }

    [Fact]
    public void FindRange_FewOutliers_CutOffForFinerSteps()
    {
        ActivationHistogram histogram = new();
        histogram.Add(Numbers(0, 1, 400_000), "x");
        histogram.Add([1.5f], "x");

        Assert.InRange(histogram.FindRange().Round(100), 0.98, 1.2);
    }

    [Fact]
    public void FindRange_ManyOutliers_Kept()
    {
        ActivationHistogram histogram = new();
        histogram.Add(Numbers(0, 1), "x");
        histogram.Add([.. Enumerable.Repeat(50f, 1000)], "x");

        Assert.Equal(50, histogram.FindRange().Round(100), 0.1);
    }

    [Fact]
    public void FindRange_NothingButZero_ZeroIsKept()
    {
        ActivationHistogram histogram = new();
        histogram.Add(new float[10], "x");

        Assert.Equal(0, histogram.FindRange().Round(0));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_NoFiniteNumber_RefusedByName(float value)
    {
        ExportException e = Assert.Throws<ExportException>(() => new ActivationHistogram().Add([1, value], "block/conv"));

        Assert.Contains("'block/conv'", e.Message, StringComparison.Ordinal);
    }

    private float[] Numbers(float least, float most, int count = 20_000) => [.. Enumerable.Range(0, count).Select(_ => least + ((most - least) * _random.NextSingle()))];
}
