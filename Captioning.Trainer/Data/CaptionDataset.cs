using System.Text.Json;
using Captioning.Trainer.Feedback;

namespace Captioning.Trainer.Data;

/// <summary>
/// Images with human captions, read from a Flickr8k token file (<c>image#number TAB caption</c> a line), a Karpathy split file
/// (<c>dataset_*.json</c>), a COCO captions file (<c>captions_*.json</c>), a table (<c>.csv</c>, <c>.tsv</c>), JSON Lines (<c>.jsonl</c>), a folder
/// of images with text files beside them, or the folder of a <see cref="FeedbackStore"/>.
/// </summary>
public sealed class CaptionDataset
{
    /// <summary>What captions may be read from.</summary>
    public const string Formats = "a Flickr8k token file, a Karpathy split, COCO captions, a table (.csv, .tsv), JSON Lines (.jsonl), or a folder of images with .txt files beside them";

    private CaptionDataset(IReadOnlyList<DatasetImage> images, IReadOnlyList<DatasetProblem> problems)
    {
        Images = images;
        Problems = problems;
    }

    /// <summary>The images, in the order of the file; names are unique and each has a caption.</summary>
    public IReadOnlyList<DatasetImage> Images { get; }

    /// <summary>What was left out, and why.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>Reads captions in any of the formats.</summary>
    /// <param name="path">The file, or the folder.</param>
    /// <exception cref="DatasetException">The file cannot be read, is in none of the formats, or holds no caption.</exception>
    public static CaptionDataset Load(string path)
    {
        ProblemLog problems = new();
        List<DatasetImage> images;
        try
        {
            images = Read(path, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FeedbackException)
        {
            throw new DatasetException($"{path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DatasetException($"{path} is neither a COCO captions file nor a Karpathy split file: {e.Message}", e);
        }

        IReadOnlyList<DatasetProblem> found = problems.ToList();
        return images.Count > 0
            ? new CaptionDataset(images, found)
            : throw new DatasetException($"{path} holds no captions; a line of a Flickr8k token file reads: image.jpg#0, a tab, the caption. "
                + "A table must be called .csv or .tsv, JSON Lines .jsonl; a folder needs a .txt file beside each image."
                + string.Concat(found.Select(problem => $" {problem}.")));
    }

    /// <summary>The images of a split, with the problems of this data set and those of the choice.</summary>
    /// <param name="split">A file with the name of an image on each line, or the name of a split that the data set knows.</param>
    /// <exception cref="DatasetException">There is no such file or split, or it chooses no image of this data set.</exception>
    public CaptionDataset Select(string split)
    {
        if (File.Exists(split))
        {
            return Select(File.ReadLines(split), split);
        }

        DatasetImage[] chosen = [.. Images.Where(image => string.Equals(image.Split, split, StringComparison.OrdinalIgnoreCase))];
        if (chosen.Length > 0)
        {
            return new CaptionDataset(chosen, Problems);
        }

        string[] known = [.. Images.Select(image => image.Split).OfType<string>().Distinct()];
        throw new DatasetException(known.Length == 0
            ? $"There is no file {split}, and the captions know no splits by name."
            : $"There is no file {split}, and no split of that name: there are {string.Join(", ", known)}.");
    }

    /// <summary>The first <paramref name="count"/> images.</summary>
    public CaptionDataset Take(int count) => new([.. Images.Take(count)], Problems);

    /// <summary>This data set without some of its images.</summary>
    public CaptionDataset Without(IReadOnlySet<string> names) => new([.. Images.Where(image => !names.Contains(image.Name))], Problems);

    private CaptionDataset Select(IEnumerable<string> names, string path)
    {
        Dictionary<string, DatasetImage> byName = Images.ToDictionary(image => image.Name);
        ProblemLog problems = new();
        List<DatasetImage> chosen = [];
        HashSet<string> seen = [];
        foreach (string name in names.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (!seen.Add(name))
            {
                problems.Add($"images named twice in {path}", name);
            }
            else if (byName.TryGetValue(name, out DatasetImage? image))
            {
                chosen.Add(image);
            }
            else
            {
                problems.Add($"images of {path} without captions", name);
            }
        }

        IReadOnlyList<DatasetProblem> found = problems.ToList();
        return chosen.Count > 0
            ? new CaptionDataset(chosen, [.. Problems, .. found])
            : throw new DatasetException($"{path} names no image that has captions." + string.Concat(found.Select(problem => $" {problem}.")));
    }

    private static List<DatasetImage> Read(string path, ProblemLog problems)
    {
        if (Directory.Exists(path))
        {
            return FeedbackStore.Exists(path) ? [.. FeedbackStore.Open(path, TimeProvider.System).Images()] : SidecarCaptions.Read(path, problems);
        }

        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => SeparatedCaptions.Read(path, ",", problems),
            ".tsv" => SeparatedCaptions.Read(path, "\t", problems),
            ".jsonl" or ".ndjson" => JsonLinesCaptions.Read(File.ReadLines(path), problems),
            _ when IsJson(path) => ReadJson(path, problems),

            // Flickr8k is also passed around as a table that is called captions.txt.
            _ when HasColumns(path, ',') => SeparatedCaptions.Read(path, ",", problems),
            _ when HasColumns(path, '\t') => SeparatedCaptions.Read(path, "\t", problems),
            _ => Flickr8kCaptions.Read(File.ReadLines(path), problems),
        };
    }

    private static bool HasColumns(string path, char separator) =>
        File.ReadLines(path).FirstOrDefault()?.Split(separator) is { } names && ColumnNames.FindImage(names) >= 0 && ColumnNames.FindCaption(names) >= 0;

    private static bool IsJson(string path)
    {
        using StreamReader reader = new(path);
        int first;
        while ((first = reader.Read()) >= 0 && char.IsWhiteSpace((char)first))
        {
        }

        return first is '{' or '[';
    }

    private static List<DatasetImage> ReadJson(string path, ProblemLog problems)
    {
        using FileStream file = File.OpenRead(path);
        using JsonDocument json = JsonDocument.Parse(file);
        return json.RootElement.TryGetProperty("annotations", out _)
            ? CocoCaptions.Read(json.RootElement, problems)
            : KarpathyCaptions.Read(json.RootElement, problems);
    }
}
