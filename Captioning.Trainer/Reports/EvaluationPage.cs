using System.Text.Json;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Reports;

/// <summary>
/// An evaluation as one HTML file that needs nothing beside it: the scores, how the images' CIDEr-D spreads, and the best and the worst images
/// with their photos and their human captions. The page is <c>evaluation.html</c>; this fills in its data.
/// </summary>
internal static class EvaluationPage
{
    /// <summary>Images shown on either side.</summary>
    public const int Shown = 24;

    private const string Placeholder = "{{data}}";

    /// <summary>Writes the page.</summary>
    /// <param name="path">The HTML file; one that is there is replaced.</param>
    /// <param name="title">What was scored.</param>
    /// <param name="scores">The scores, those of each image included.</param>
    /// <param name="images">The images with their human captions.</param>
    /// <param name="captions">The caption of each image by its name.</param>
    /// <param name="folder">Folder of the images; null where there are no photos to show.</param>
    public static void Write(
        string path, EvaluationTitle title, CaptionScores scores, IReadOnlyList<DatasetImage> images, IReadOnlyDictionary<string, string> captions, string? folder)
    {
        DatasetImage[] ranked = [.. images.OrderByDescending(image => scores.CiderByImage[image.Name]).ThenBy(image => image.Name, StringComparer.Ordinal)];
        int worst = Math.Max(Math.Min(Shown, ranked.Length), ranked.Length - Shown);
        EvaluationPageData data = new(
            title,
            scores,
            [.. images.Select(image => Math.Round(scores.CiderByImage[image.Name], 4))],
            [.. ranked.Take(Shown).AsParallel().AsOrdered().Select(Judge)],
            [.. ranked.Skip(worst).Reverse().AsParallel().AsOrdered().Select(Judge)]);

        // The serializer escapes <, > and &, so that no caption can end the element that the data stands in.
        string json = JsonSerializer.Serialize(data, EvaluationPageJson.Default.EvaluationPageData);
        File.WriteAllText(path, Template().Replace(Placeholder, json, StringComparison.Ordinal));

        JudgedImage Judge(DatasetImage image) => new(
            image.Name, captions[image.Name], Math.Round(scores.CiderByImage[image.Name], 4), image.Captions,
            folder is null ? null : Thumbnail.DataUri(Path.Combine(folder, image.Name)));
    }

    private static string Template()
    {
        using Stream stream = typeof(EvaluationPage).Assembly.GetManifestResourceStream(typeof(EvaluationPage), "evaluation.html")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
