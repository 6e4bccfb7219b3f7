using System.Text.Json;

namespace Captioning.Trainer.Data;

/// <summary>
/// Reads a COCO captions file: <c>{"images": [{"id", "file_name"}], "annotations": [{"image_id", "caption"}]}</c>.
/// </summary>
internal static class CocoCaptions
{
    public static List<DatasetImage> Read(JsonElement root, ProblemLog problems)
    {
        CaptionCollector captions = new(problems);
        Dictionary<long, string> names = [];
        foreach (JsonElement image in root.GetProperty("images").EnumerateArray())
        {
            string name = image.GetProperty("file_name").GetString() ?? throw new FormatException("an image has no file_name.");
            if (!names.TryAdd(image.GetProperty("id").GetInt64(), name) || !captions.AddImage(name))
            {
                problems.Add("images given twice", name);
            }
        }

        foreach (JsonElement annotation in root.GetProperty("annotations").EnumerateArray())
        {
            long id = annotation.GetProperty("image_id").GetInt64();
            if (names.TryGetValue(id, out string? name))
            {
                captions.AddCaption(name, annotation.GetProperty("caption").GetString());
            }
            else
            {
                problems.Add("captions of unknown images", $"image_id {id}");
            }
        }

        return captions.ToImages();
    }
}
