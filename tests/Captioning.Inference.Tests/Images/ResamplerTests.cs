using Captioning.Inference.Images;

namespace Captioning.Inference.Tests.Images;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(150, 110, 3, 64)]
    [InlineData(37, 401, 3, 24)]
    [InlineData(3, 5, 3, 16)]
    [InlineData(1, 1, 1, 8)]
    [InlineData(40, 9, 1, 16)]
    [InlineData(61, 33, 2, 16)]
    [InlineData(61, 33, 4, 100)]
    [InlineData(61, 33, 5, 16)]
    public void Resize_AnyShape_EqualsThePlainFormula(int width, int height, int channels, int size)
    {
        Random random = new(width * channels);
        byte[] source = new byte[width * height * channels];
        random.NextBytes(source);
        PixelLayout layout = channels < 3 ? new PixelLayout(channels, 0, 0, 0) : new PixelLayout(channels, 2, 1, 0);
        byte[] actual = new byte[size * size * 3];

        Resampler.Resize(source, width, height, layout, actual, size, Orientation.Of(1, size));

        double[][] columns = Weights(height, size);
        double[][] rows = Weights(width, size);
        int[] offsets = [layout.Red, layout.Green, layout.Blue];
        for (int i = 0; i < actual.Length; i++)
        {
            (int x, int y) = (i / 3 % size, i / 3 / size);
            double sum = 0;
            for (int v = 0; v < height; v++)
            {
                for (int u = 0; u < width && columns[y][v] != 0; u++)
                {
                    sum += columns[y][v] * rows[x][u] * source[(((v * width) + u) * channels) + offsets[i % 3]];
                }
            }

            Assert.InRange(actual[i] - Math.Clamp(sum, 0, 255), -0.502, 0.502);
        }
    }

    [Fact]
    public void Resize_SameSize_ChangesNothing()
    {
        byte[] source = new byte[20 * 20 * 3];
        new Random(1).NextBytes(source);
        byte[] actual = new byte[source.Length];

        Resampler.Resize(source, 20, 20, new PixelLayout(3, 0, 1, 2), actual, 20, Orientation.Of(1, 20));

        Assert.Equal(source, actual);
    }

    /// <summary>Every sample's weight, from the published cubic (Keys, 1981, a = -0.5) stretched by the scale, cut off at the picture's edge and normalised.</summary>
    private static double[][] Weights(int from, int to)
    {
        double scale = (double)from / to;
        double stretch = Math.Max(1, scale);
        return [.. Enumerable.Range(0, to).Select(i =>
        {
            double[] weights = [.. Enumerable.Range(0, from).Select(s => Cubic(Math.Abs((s + 0.5 - ((i + 0.5) * scale)) / stretch)))];
            double sum = weights.Sum();
            return weights.Select(w => w / sum).ToArray();
        })];

        static double Cubic(double x) =>
            x < 1 ? (1.5 * Math.Pow(x, 3)) - (2.5 * x * x) + 1
            : x < 2 ? (-0.5 * Math.Pow(x, 3)) + (2.5 * x * x) - (4 * x) + 2
            : 0;
    }
}
