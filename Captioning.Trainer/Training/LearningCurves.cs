using ScottPlot;

namespace Captioning.Trainer.Training;

/// <summary>Draws loss and dev scores over the epochs.</summary>
internal static class LearningCurves
{
    private const int Width = 900;
    private const int Height = 500;

    /// <summary>Draws the curves of a training.</summary>
    /// <returns>A PNG image.</returns>
    public static byte[] ToPng(IReadOnlyList<EpochRecord> epochs)
    {
        using Plot plot = new();
        double[] numbers = [.. epochs.Select(epoch => (double)epoch.Epoch)];
        Add("dev CIDEr", epoch => epoch.Scores.Cider);
        Add("dev BLEU-4", epoch => epoch.Scores.Bleu4);
        Add("dev ROUGE-L", epoch => epoch.Scores.RougeL);
        Add("training loss (right)", epoch => epoch.Loss).Axes.YAxis = plot.Axes.Right;
        EpochRecord best = epochs.Last(epoch => epoch.IsBest);
        plot.Title($"Best after epoch {best.Epoch}: CIDEr {best.Scores.Cider:0.000}");
        plot.XLabel("epoch");
        plot.YLabel("score");
        plot.Axes.Right.Label.Text = "loss";
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.ShowLegend(Alignment.LowerRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);

        ScottPlot.Plottables.Scatter Add(string name, Func<EpochRecord, double> value)
        {
            ScottPlot.Plottables.Scatter scatter = plot.Add.Scatter(numbers, epochs.Select(value).ToArray());
            scatter.LegendText = name;
            return scatter;
        }
    }
}
