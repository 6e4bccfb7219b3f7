using System.Text.Json;

namespace Captioning.Inference.Models;

/// <summary>
/// What <c>model.json</c> says of a model bundle: a folder that holds one captioner
/// (encoder, decoder, vocabulary). The format is described in <c>docs/model-bundles.md</c>.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The name of the file in a bundle's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>The newest schema that this library reads.</summary>
    public const int NewestSchema = 1;

    /// <summary>The version of the format of this file; 1 is the only one so far.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The name of the captioner, stable over its versions: lower-case letters, digits, dots and dashes.</summary>
    public required string Id { get; init; }

    /// <summary>The version of the captioner: results carry it.</summary>
    public required string Version { get; init; }

    /// <summary>The decoder's architecture: <c>attention</c> or <c>merge</c> (see <see cref="ModelArchitecture"/>).</summary>
    public required string Architecture { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Description { get; init; }

    /// <summary>The licence of the weights, as an SPDX expression.</summary>
    public required string License { get; init; }

    /// <summary>The image encoder.</summary>
    public required EncoderManifest Encoder { get; init; }

    /// <summary>The features between encoder and decoder.</summary>
    public required FeatureManifest Features { get; init; }

    /// <summary>The caption decoder.</summary>
    public required DecoderManifest Decoder { get; init; }

    /// <summary>The words that the decoder knows.</summary>
    public required VocabularyManifest Vocabulary { get; init; }

    /// <summary>How captions are searched for unless a request says otherwise.</summary>
    public required BeamManifest Beam { get; init; }

    /// <summary>What the model was trained on and how well it does.</summary>
    public TrainingManifest? Training { get; init; }

    /// <summary>Every file of the bundle but this one, with its size and checksum, by its name.</summary>
    public required IReadOnlyDictionary<string, FileManifest> Files { get; init; }

    /// <summary>Reads <c>model.json</c> of a bundle, without looking at the other files.</summary>
    /// <param name="directory">The bundle's folder.</param>
    /// <exception cref="ModelLoadException">The file is missing, no JSON, of a newer schema, or lacks something.</exception>
    public static ModelManifest Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            byte[] json = File.ReadAllBytes(path);
            RefuseNewerSchema(directory, json);
            return JsonSerializer.Deserialize(json, ModelManifestJson.Default.ModelManifest)
                ?? throw new ModelLoadException(directory, $"{FileName} is empty");
        }
        catch (JsonException e)
        {
            throw new ModelLoadException(directory, $"{FileName} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelLoadException(directory, $"there is no {FileName}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(directory, $"{FileName} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes the manifest as JSON, as <see cref="Read"/> reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelManifestJson.Readable.ModelManifest);

    /// <summary>A newer schema may have other required members, so its number is looked at before anything else.</summary>
    private static void RefuseNewerSchema(string directory, byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("schemaVersion", out JsonElement version)
            && version.TryGetInt32(out int schema)
            && schema > NewestSchema)
        {
            throw new ModelLoadException(
                directory, $"{FileName} has schema version {schema}; this program reads versions up to {NewestSchema}. Use a newer program");
        }
    }
}
