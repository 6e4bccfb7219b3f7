using System.Text.Json;

namespace Captioning.Trainer.Data;

/// <summary>
/// Reads captions to score: a JSON object <c>{image: caption}</c>, a JSON array of records, or JSON Lines of records. A record names
/// its image as <c>image</c>, <c>path</c>, <c>file_name</c> or <c>image_id</c> and its caption as <c>caption</c>; a record with
/// <c>error</c> in its place, as <c>captioning</c> writes for an image that failed, is left out.
/// </summary>
internal static class HypothesisFile
{
    private static readonly string[] ImageNames = ["image", "path", "file_name", "image_id"];

    /// <exception cref="DatasetException">The file cannot be read, is in none of the formats, or captions an image twice.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        Dictionary<string, string> captions = [];
        try
        {
            ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
            Utf8JsonReader reader = new(bytes.Span, new JsonReaderOptions { AllowMultipleValues = true });
            bool first = true;
            while (reader.Read())
            {
                using JsonDocument value = JsonDocument.ParseValue(ref reader);
                AddValue(value.RootElement, mayBeMap: first);
                first = false;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new DatasetException($"{path} is not a file of captions: {e.Message}", e);
        }

        return captions.Count > 0 ? captions : throw new DatasetException($"{path} holds no captions.");

        void AddValue(JsonElement value, bool mayBeMap)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement record in value.EnumerateArray())
                {
                    AddRecord(record);
                }
            }
            else if (mayBeMap && value.ValueKind == JsonValueKind.Object && !IsRecord(value))
            {
                foreach (JsonProperty image in value.EnumerateObject())
                {
                    Add(image.Name, image.Value);
                }
            }
            else
            {
                AddRecord(value);
            }
        }

        void AddRecord(JsonElement record)
        {
            if (!IsRecord(record))
            {
                throw new FormatException($"a record must name its image ({string.Join(", ", ImageNames)}) and its caption.");
            }

            JsonElement image = ImageNames.Where(name => record.TryGetProperty(name, out _)).Select(record.GetProperty).First();
            if (record.TryGetProperty("caption", out JsonElement caption))
            {
                Add(image.ToString(), caption);
            }
        }

        void Add(string image, JsonElement caption)
        {
            if (caption.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                throw new FormatException($"the caption of {image} is not text.");
            }

            if (!captions.TryAdd(image, caption.GetString() ?? string.Empty))
            {
                throw new FormatException($"{image} is captioned twice.");
            }
        }
    }

    private static bool IsRecord(JsonElement value) => value.ValueKind == JsonValueKind.Object
        && (value.TryGetProperty("caption", out _) || value.TryGetProperty("error", out _)) && ImageNames.Any(name => value.TryGetProperty(name, out _));
}
