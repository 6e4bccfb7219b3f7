using ScottPlot;

namespace Captioning.Trainer.Training;

/// <summary>Draws loss, reward and dev scores over the epochs.</summary>
internal static class LearningCurves
{
    private const int Width = 900;
    private const int Height = 500;

    /// <summary>Draws the curves of a training.</summary>
    /// <returns>A PNG image.</returns>
    public static byte[] ToPng(IReadOnlyList<EpochRecord> epochs)
    {
        using Plot plot = new();
        Add("dev CIDEr", epoch => epoch.Scores.Cider);
        Add("dev BLEU-4", epoch => epoch.Scores.Bleu4);
        Add("dev ROUGE-L", epoch => epoch.Scores.RougeL);
        Add("reward", epoch => epoch.Reward);
        Add("training loss (right)", epoch => epoch.Loss, plot.Axes.Right);
        EpochRecord best = epochs.Last(epoch => epoch.IsBest);
        plot.Title($"Best {(best.Epoch == 0 ? "before training" : $"after epoch {best.Epoch}")}: CIDEr {best.Scores.Cider:0.000}");
        plot.XLabel("epoch");
        plot.YLabel("score");
        plot.Axes.Right.Label.Text = "loss";
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.ShowLegend(Alignment.LowerRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);

        void Add(string name, Func<EpochRecord, double?> value, IYAxis? axis = null)
        {
            EpochRecord[] known = [.. epochs.Where(epoch => value(epoch) is not null)];
            if (known.Length > 0)
            {
                ScottPlot.Plottables.Scatter scatter = plot.Add.Scatter(known.Select(epoch => (double)epoch.Epoch).ToArray(), known.Select(epoch => value(epoch)!.Value).ToArray());
                scatter.LegendText = name;
                scatter.Axes.YAxis = axis ?? plot.Axes.Left;
            }
        }
    }
}
