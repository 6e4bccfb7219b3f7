using System.CommandLine;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verb <c>evaluate</c>: its options and their meaning.</summary>
internal static class EvaluateCommand
{
    public static Command Create(IAnsiConsole output, IAnsiConsole messages, bool isTerminal, TimeProvider time)
    {
        Option<string> captions = new("--captions", "-c")
        {
            Description = "Reference captions: a Flickr8k token file, a Karpathy split file or a COCO captions file.",
            Required = true,
            HelpName = "file",
        };
        Option<string?> split = new("--split", "-s") { Description = "Images to score: a file with a name on each line, or a split that the captions know.", HelpName = "file|name" };
        Option<string?> hypotheses = new("--hypotheses") { Description = "Captions to score (JSON or JSON Lines) in place of those of a model.", HelpName = "file" };
        Option<string?> train = new("--train") { Description = "Split the model was trained on: shows how many captions it repeats word for word.", HelpName = "file|name" };
        Option<int?> limit = new("--limit", "-n") { Description = "Score the first images only.", HelpName = "count" };
        Option<string?> results = new("--output", "-o") { Description = "Write scores and captions to a JSON file.", HelpName = "file" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--limit must be at least 1.");
            }
        });

        Command command = new("evaluate", "Score captions with BLEU, ROUGE-L and CIDEr-D, as the COCO caption evaluation does.")
        {
            captions, split, hypotheses, train, limit, results,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            EvaluateSettings settings = new()
            {
                Captions = parsed.GetRequiredValue(captions),
                Split = parsed.GetValue(split),
                Limit = parsed.GetValue(limit),
                Hypotheses = parsed.GetValue(hypotheses),
                Train = parsed.GetValue(train),
                Output = parsed.GetValue(results),
            };
            return RunAsync(settings, new Evaluator(output, messages, isTerminal, time), messages, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        EvaluateSettings settings, Evaluator evaluator, IAnsiConsole messages, CancellationToken cancellationToken)
    {
        try
        {
            await Task.CompletedTask;
            return evaluator.ScoreFile(settings, settings.Hypotheses!);
        }
        catch (Exception e) when (e is DatasetException or EvaluationException or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"error: {e.Message}");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            messages.WriteLine("stopped");
            return ExitCode.Interrupted;
        }
    }
}
