using System.Text.Json;

namespace Captioning.Inference.Speech;

/// <summary>A voice's <c>.onnx.json</c>, as Piper's trainer writes it.</summary>
internal sealed class VoiceConfig
{
    private const float DefaultNoiseScale = 0.667f;
    private const float DefaultLengthScale = 1;
    private const float DefaultNoiseW = 0.8f;

    private VoiceConfig()
    {
    }

    public required VoiceInfo Info { get; init; }

    /// <summary>espeak-ng's voice; null for a voice whose phonemes are the characters of the text.</summary>
    public required string? EspeakVoice { get; init; }

    public required float NoiseScale { get; init; }

    public required float LengthScale { get; init; }

    public required float NoiseW { get; init; }

    public required IReadOnlyDictionary<string, long> SpeakerIds { get; init; }

    public required long DefaultSpeaker { get; init; }

    public required IReadOnlyDictionary<string, long[]> PhonemeIds { get; init; }

    /// <summary>Phonemes that are replaced by others before they are looked up.</summary>
    public required IReadOnlyDictionary<string, string[]> PhonemeMap { get; init; }

    /// <summary>Runs of phonemes that count as one, the longest first.</summary>
    public required IReadOnlyList<string> VowelClusters { get; init; }

    /// <summary>Reads the configuration beside a model.</summary>
    /// <param name="modelPath">The <c>.onnx</c> file.</param>
    /// <exception cref="SpeechUnavailableException">The file is missing or wrong; the message lists every problem.</exception>
    public static VoiceConfig Read(string modelPath)
    {
        string path = modelPath + ".json";
        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument json = JsonDocument.Parse(file);
            List<string> problems = [];
            VoiceConfig config = Read(new Reader(json.RootElement, problems), modelPath);
            return problems.Count == 0
                ? config
                : throw Broken($"The voice configuration '{path}' is wrong: {string.Join("; ", problems)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken($"The voice configuration '{path}' cannot be read: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw Broken($"The voice configuration '{path}' is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The id of a speaker given by name or id; the voice's default for null.</summary>
    /// <exception cref="ArgumentException">The voice has no such speaker.</exception>
    public long Speaker(string? nameOrId)
    {
        if (nameOrId is null)
        {
            return DefaultSpeaker;
        }

        if (SpeakerIds.TryGetValue(nameOrId, out long id)
            || (long.TryParse(nameOrId, out id) && id >= 0 && id < Info.Speakers.Count))
        {
            return id;
        }

        const int Shown = 20;
        string known = string.Join(", ", Info.Speakers.Take(Shown)) + (Info.Speakers.Count > Shown ? ", ..." : string.Empty);
        throw new ArgumentException($"The voice '{Info.Name}' has no speaker '{nameOrId}'. It has: {known}.", nameof(nameOrId));
    }

    private static SpeechUnavailableException Broken(string problem, Exception? inner = null) =>
        new(problem, "Put the voice's own .onnx.json file, unchanged, beside its .onnx file.", inner);

    private static VoiceConfig Read(Reader json, string modelPath)
    {
        int speakerCount = (int)json.Number("num_speakers", least: 1, most: 100_000, fallback: 1);
        Dictionary<string, long> speakers = json.Map("speaker_id_map", (e, _) => json.Id(e, "speaker_id_map", speakerCount));
        int symbols = (int)json.Number("num_symbols", least: 1, most: 1_000_000, fallback: 1_000_000);
        Dictionary<string, long[]> ids = json.Map(
            "phoneme_id_map", (e, at) => json.List(e, at).Select(item => json.Id(item, at, symbols)).ToArray(), required: true);
        foreach (string mark in new[] { PhonemeEncoder.Start, PhonemeEncoder.Pad, PhonemeEncoder.End })
        {
            json.Require(ids.Count == 0 || ids.ContainsKey(mark), $"phoneme_id_map lacks '{mark}'");
        }

        string type = json.Text("phoneme_type", fallback: "espeak")!;
        json.Require(type is "espeak" or "text", $"phoneme_type '{type}' is not supported ('espeak' and 'text' are)");
        string? espeakVoice = type == "text" ? null : json.Text("espeak.voice");
        return new VoiceConfig
        {
            Info = new VoiceInfo(
                Path.GetFileNameWithoutExtension(modelPath),
                json.Text("language.code", fallback: espeakVoice ?? string.Empty)!,
                json.Text("audio.quality", fallback: string.Empty)!,
                (int)json.Number("audio.sample_rate", least: 1000, most: 384_000),
                SpeakerNames(speakers, speakerCount),
                modelPath),
            EspeakVoice = espeakVoice,
            NoiseScale = json.Number("inference.noise_scale", least: 0, most: 2, DefaultNoiseScale),
            LengthScale = json.Number("inference.length_scale", least: 0.1f, most: 10, DefaultLengthScale),
            NoiseW = json.Number("inference.noise_w", least: 0, most: 2, DefaultNoiseW),
            SpeakerIds = speakers,
            DefaultSpeaker = (long)json.Number("default_speaker_id", least: 0, most: speakerCount - 1, fallback: 0),
            PhonemeIds = ids,
            PhonemeMap = PhonemeReplacements(json, espeakVoice),
            VowelClusters =
            [
                .. json.Items("vowel_clusters").Select(cluster => string.Concat(json.Texts(cluster, "vowel_clusters")))
                    .OrderByDescending(cluster => cluster.Length),
            ],
        };
    }

    private static Dictionary<string, string[]> PhonemeReplacements(Reader json, string? espeakVoice)
    {
        Dictionary<string, string[]> map = json.Map("phoneme_map", json.Texts);
        if (map.Count == 0 && espeakVoice == "pt-br")
        {
            map.Add("c", ["k"]);
        }

        return map;
    }

    private static string[] SpeakerNames(Dictionary<string, long> ids, int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(id => id.ToString())];
        foreach ((string name, long id) in ids)
        {
            names[id] = name;
        }

        return names;
    }

    /// <summary>Takes values out of the document and notes what is wrong with them instead of stopping at the first.</summary>
    private sealed class Reader(JsonElement root, List<string> problems)
    {
        public void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        public string? Text(string path, string? fallback = null)
        {
            if (!TryFind(path, out JsonElement value))
            {
                Require(fallback is not null, $"{path} is missing");
                return fallback;
            }

            Require(value.ValueKind == JsonValueKind.String, $"{path} must be a string");
            return value.ValueKind == JsonValueKind.String ? value.GetString() : fallback;
        }

        public float Number(string path, float least, float most, float? fallback = null)
        {
            if (!TryFind(path, out JsonElement value))
            {
                Require(fallback is not null, $"{path} is missing");
                return fallback ?? least;
            }

            if (value.ValueKind == JsonValueKind.Number && value.GetSingle() is var number && number >= least && number <= most)
            {
                return number;
            }

            problems.Add($"{path} must be a number from {least} to {most}");
            return fallback ?? least;
        }

        public long Id(JsonElement value, string at, int count)
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long id) && id >= 0 && id < count)
            {
                return id;
            }

            problems.Add($"{at} must hold whole numbers from 0 to {count - 1}, not {value.GetRawText()}");
            return 0;
        }

        public Dictionary<string, T> Map<T>(string path, Func<JsonElement, string, T> convert, bool required = false)
        {
            Dictionary<string, T> map = [];
            if (TryFind(path, out JsonElement value) && value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    map[property.Name] = convert(property.Value, $"{path}['{property.Name}']");
                }
            }
            else
            {
                Require(value.ValueKind == JsonValueKind.Undefined, $"{path} must be an object");
            }

            Require(!required || map.Count > 0, $"{path} is missing or empty");
            return map;
        }

        public JsonElement[] Items(string path) => TryFind(path, out JsonElement value) ? List(value, path) : [];

        public JsonElement[] List(JsonElement value, string at)
        {
            Require(value.ValueKind == JsonValueKind.Array, $"{at} must be a list");
            return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
        }

        public string[] Texts(JsonElement value, string at)
        {
            JsonElement[] items = List(value, at);
            Require(items.All(item => item.ValueKind == JsonValueKind.String), $"{at} must be a list of strings");
            return [.. items.Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
        }

        private bool TryFind(string path, out JsonElement value)
        {
            value = root;
            foreach (string name in path.Split('.'))
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value)
                    || value.ValueKind == JsonValueKind.Null)
                {
                    value = default;
                    return false;
                }
            }

            return true;
        }
    }
}
