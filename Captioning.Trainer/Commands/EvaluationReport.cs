using Captioning.Trainer.Evaluation;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>All that an evaluation found, as its results file holds it.</summary>
/// <param name="Scores">The scores of all captions together.</param>
/// <param name="ImagesPerSecond">Speed of captioning; null where captions were given.</param>
/// <param name="Captions">Each caption with its own score, in the order of the data set.</param>
/// <param name="Failures">The images that could not be captioned; they are not in the scores.</param>
internal sealed record EvaluationReport(
    CaptionScores Scores, double? ImagesPerSecond, IReadOnlyList<ScoredCaption> Captions, IReadOnlyList<ImageFailure> Failures)
{
    public Table ToTable()
    {
        Table table = new Table().AddColumn("measure").AddColumn(new TableColumn("score").RightAligned());
        Add("BLEU-1", $"{Scores.Bleu1:0.0000}");
        Add("BLEU-2", $"{Scores.Bleu2:0.0000}");
        Add("BLEU-3", $"{Scores.Bleu3:0.0000}");
        Add("BLEU-4", $"{Scores.Bleu4:0.0000}");
        Add("ROUGE-L", $"{Scores.RougeL:0.0000}");
        Add("CIDEr-D", $"{Scores.Cider:0.0000}");
        Add("images", $"{Scores.Images:N0}");
        Add("words used", $"{Scores.WordsUsed:N0}");
        Add("words per caption", $"{Scores.MeanLength:0.0}");
        Add("distinct captions", $"{Scores.DistinctCaptions:N0}");
        if (Scores.CopiedFromTraining is { } copied)
        {
            Add("copied from training", $"{copied:0.0%}");
        }

        if (ImagesPerSecond is { } speed)
        {
            Add("images/s", $"{speed:0.0}");
        }

        return table;

        void Add(string measure, string score) => table.AddRow(measure, score);
    }
}
