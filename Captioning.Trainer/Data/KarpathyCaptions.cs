using System.Text.Json;

namespace Captioning.Trainer.Data;

/// <summary>Reads a split file of Karpathy and Fei-Fei, 2015: <c>{"images": [{"filename", "split", "sentences": [{"raw"}]}]}</c>.</summary>
internal static class KarpathyCaptions
{
    public static List<DatasetImage> Read(JsonElement root, ProblemLog problems)
    {
        CaptionCollector captions = new(problems);
        foreach (JsonElement image in root.GetProperty("images").EnumerateArray())
        {
            string name = image.GetProperty("filename").GetString() ?? throw new FormatException("an image has no filename.");
            if (image.TryGetProperty("filepath", out JsonElement folder) && folder.GetString() is { Length: > 0 } path)
            {
                name = $"{path}/{name}";
            }

            if (!captions.AddImage(name, image.TryGetProperty("split", out JsonElement split) ? split.GetString() : null))
            {
                problems.Add("images given twice", name);
                continue;
            }

            foreach (JsonElement sentence in image.GetProperty("sentences").EnumerateArray())
            {
                captions.AddCaption(name, sentence.GetProperty("raw").GetString());
            }
        }

        return captions.ToImages();
    }
}
