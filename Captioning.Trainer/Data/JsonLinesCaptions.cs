using System.Text.Json;

namespace Captioning.Trainer.Data;

/// <summary>Reads JSON Lines: an object with an image, a caption or an array of captions, and perhaps a split, in each line.</summary>
internal static class JsonLinesCaptions
{
    public static List<DatasetImage> Read(IEnumerable<string> lines, ProblemLog problems)
    {
        CaptionCollector captions = new(problems);
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && !TryAdd(line, captions))
            {
                problems.Add("lines that are no JSON object with an image and a caption", $"line {number}");
            }
        }

        return captions.ToImages();
    }

    private static bool TryAdd(string line, CaptionCollector captions)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonProperty[] members = document.RootElement.ValueKind == JsonValueKind.Object ? [.. document.RootElement.EnumerateObject()] : [];
            string[] names = Array.ConvertAll(members, member => member.Name);
            if (ColumnNames.FindImage(names) is not (>= 0 and var image) || ColumnNames.FindCaption(names) is not (>= 0 and var caption))
            {
                return false;
            }

            string name = members[image].Value.ToString();
            JsonElement value = members[caption].Value;
            string?[] texts = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(text => text.GetString())] : [value.GetString()];
            captions.AddImage(name, ColumnNames.FindSplit(names) is >= 0 and var split ? members[split].Value.GetString() : null);
            foreach (string? text in texts)
            {
                captions.AddCaption(name, text);
            }

            return name.Length > 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
