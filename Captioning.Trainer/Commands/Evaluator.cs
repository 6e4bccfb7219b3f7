using System.Text.Json;
using Captioning.Inference.Models;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Reports;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>Carries out <c>evaluate</c>: reads the data set, captions its images or reads their captions, and scores them.</summary>
/// <param name="output">Where the scores go.</param>
/// <param name="messages">Where progress and problems go.</param>
/// <param name="isTerminal">Whether a person watches <paramref name="messages"/>.</param>
/// <param name="time">Measures the speed.</param>
internal sealed class Evaluator(IAnsiConsole output, IAnsiConsole messages, bool isTerminal, TimeProvider time)
{
    private const int FailuresShown = 5;

    /// <summary>The images to score.</summary>
    /// <exception cref="DatasetException">The files cannot be used.</exception>
    public CaptionDataset ReadDataset(EvaluateSettings settings)
    {
        CaptionDataset dataset = CaptionDataset.Load(settings.Captions);
        dataset = settings.Split is { } split ? dataset.Select(split) : dataset;
        foreach (DatasetProblem problem in dataset.Problems)
        {
            messages.WriteLine($"warning: left out {problem}");
        }

        return settings.Limit is { } limit ? dataset.Take(limit) : dataset;
    }

    /// <summary>Scores captions that a file gives.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="DatasetException">The files cannot be used.</exception>
    /// <exception cref="EvaluationException">The file lacks captions.</exception>
    public int ScoreFile(EvaluateSettings settings, string hypotheses)
    {
        CaptionDataset dataset = ReadDataset(settings);
        Dictionary<string, string> given = HypothesisFile.Read(hypotheses);
        Dictionary<string, string> byFileName = given.GroupBy(pair => Path.GetFileName(pair.Key)).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single().Value);
        Dictionary<string, string> captions = [];
        foreach (DatasetImage image in dataset.Images)
        {
            if (given.TryGetValue(image.Name, out string? caption) || byFileName.TryGetValue(Path.GetFileName(image.Name), out caption))
            {
                captions.Add(image.Name, caption);
            }
        }

        if (given.Count > captions.Count)
        {
            messages.WriteLine($"{given.Count - captions.Count:N0} captions of other images are ignored.");
        }

        return Report(settings, dataset, captions, [], null);
    }

    /// <summary>Captions the images of a data set and scores the captions; images that fail are left out and listed.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ScoreModelAsync(
        EvaluateSettings settings, CaptionDataset dataset, string folder, IImageCaptioner captioner, CancellationToken cancellationToken)
    {
        string[] names = [.. dataset.Images.Select(image => image.Name)];
        (ImageOutcome[] outcomes, TimeSpan elapsed) = await new CaptionRun(captioner, messages, isTerminal, time)
            .RunAsync(names, folder, cancellationToken);
        Dictionary<string, string> captions = [];
        List<ImageFailure> failures = [];
        for (int i = 0; i < names.Length; i++)
        {
            if (outcomes[i].Caption is { } caption)
            {
                captions.Add(names[i], caption);
            }
            else
            {
                failures.Add(new ImageFailure(names[i], outcomes[i].Error ?? "no caption"));
            }
        }

        foreach (ImageFailure failure in failures.Take(FailuresShown))
        {
            messages.WriteLine($"failed: {failure.Image}: {failure.Error}");
        }

        if (failures.Count > 0)
        {
            messages.WriteLine($"{failures.Count:N0} of {names.Length:N0} images failed and are not scored.");
            if (captions.Count == 0)
            {
                return ExitCode.Failure;
            }
        }

        return Report(settings, dataset.Without(failures.Select(failure => failure.Image).ToHashSet()), captions, failures, captions.Count / elapsed.TotalSeconds);
    }

    private int Report(
        EvaluateSettings settings, CaptionDataset dataset, Dictionary<string, string> captions, List<ImageFailure> failures, double? imagesPerSecond)
    {
        IEnumerable<string>? training = settings.Train is { } train
            ? CaptionDataset.Load(settings.Captions).Select(train).Images.SelectMany(image => image.Captions)
            : null;
        CaptionScores scores = CaptionEvaluation.Evaluate(dataset.Images.ToDictionary(image => image.Name, image => image.Captions), captions, training);
        EvaluationReport report = new(
            scores,
            imagesPerSecond,
            [.. dataset.Images.Select(image => new ScoredCaption(image.Name, captions[image.Name], scores.CiderByImage[image.Name]))],
            failures);
        output.Write(report.ToTable());
        if (settings.Output is { } path)
        {
            using FileStream file = File.Create(path);
            JsonSerializer.Serialize(file, report, EvaluationJsonContext.Default.EvaluationReport);
        }

        if (settings.Page is { } page)
        {
            EvaluationPage.Write(page, Title(settings), scores, dataset.Images, captions, settings.Images);
        }

        return failures.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private EvaluationTitle Title(EvaluateSettings settings)
    {
        ModelManifest? manifest = settings.Model is { } model ? ModelManifest.Read(model) : null;
        string scored = manifest is null ? Path.GetFileName(settings.Hypotheses!) : $"{manifest.Id} {manifest.Version}, beam {settings.Beam ?? manifest.Beam.Width}";
        string on = Path.GetFileName(settings.Captions) + (settings.Split is { } split ? $", {Path.GetFileName(split)}" : "");
        return new EvaluationTitle(scored, on, DateOnly.FromDateTime(time.GetLocalNow().DateTime));
    }
}
