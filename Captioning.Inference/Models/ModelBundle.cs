using System.Security.Cryptography;

namespace Captioning.Inference.Models;

/// <summary>
/// The files of a captioner, read once and verified: what the checksums were taken of is what the sessions are made from.
/// </summary>
public sealed class ModelBundle
{
    private readonly Dictionary<string, byte[]> _files;

    private ModelBundle(string directory, ModelManifest manifest, ModelArchitecture architecture, Vocabulary vocabulary, Dictionary<string, byte[]> files)
    {
        Directory = directory;
        Manifest = manifest;
        Architecture = architecture;
        Vocabulary = vocabulary;
        _files = files;
    }

    /// <summary>The bundle's folder.</summary>
    public string Directory { get; }

    /// <summary>What <c>model.json</c> says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The kind of decoder.</summary>
    public ModelArchitecture Architecture { get; }

    /// <summary>The decoder's tokens.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Reads and verifies a bundle: its manifest, sizes, checksums and vocabulary.</summary>
    /// <param name="directory">The bundle's folder.</param>
    /// <exception cref="ModelLoadException">Something is wrong; the message lists every problem.</exception>
    public static ModelBundle Read(string directory)
    {
        ModelManifest manifest = ModelManifest.Read(directory);
        List<string> problems = [.. Validate(manifest)];
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach ((string name, FileManifest file) in manifest.Files)
        {
            if (ReadVerified(directory, name, file, problems) is { } bytes)
            {
                files[name] = bytes;
            }
        }

        Vocabulary? vocabulary = files.TryGetValue(manifest.Vocabulary.File, out byte[]? tokens)
            ? Vocabulary.Parse(tokens, manifest.Vocabulary, problems)
            : null;
        ModelArchitecture? architecture = ModelArchitecture.Find(manifest.Architecture);
        return problems.Count == 0 && vocabulary is not null && architecture is not null
            ? new ModelBundle(directory, manifest, architecture, vocabulary, files)
            : throw new ModelLoadException(directory, problems);
    }

    /// <summary>The bytes of a file that the manifest lists.</summary>
    internal byte[] this[string file] => _files[file];

    private static IEnumerable<string> Validate(ModelManifest manifest)
    {
        if (manifest.SchemaVersion < 1)
        {
            yield return $"schemaVersion is {manifest.SchemaVersion}, not 1";
        }

        if (string.IsNullOrWhiteSpace(manifest.Id))
        {
            yield return "id is empty";
        }

        if (string.IsNullOrWhiteSpace(manifest.Version))
        {
            yield return "version is empty";
        }

        if (ModelArchitecture.Find(manifest.Architecture) is null)
        {
            yield return $"architecture is '{manifest.Architecture}'; this program runs {string.Join(" and ", ModelArchitecture.All.Select(a => $"'{a.Name}'"))}";
        }

        if (manifest.Encoder.InputSize is < 1 or > 4096)
        {
            yield return $"encoder.inputSize is {manifest.Encoder.InputSize}; it must be between 1 and 4096";
        }

        if (manifest.Encoder.Resize != EncoderManifest.Squash)
        {
            yield return $"encoder.resize is '{manifest.Encoder.Resize}'; this program knows '{EncoderManifest.Squash}'";
        }

        if (manifest.Features is not { GridRows: > 0, GridColumns: > 0, Channels: > 0 })
        {
            yield return "features must have a gridRows, gridColumns and channels above 0";
        }

        if (manifest.Beam.Width is < 1 or > CaptionOptions.MaxBeam)
        {
            yield return $"beam.width is {manifest.Beam.Width}; it must be between 1 and {CaptionOptions.MaxBeam}";
        }

        if (manifest.Beam.MaxLength is < 1 or > 1000)
        {
            yield return $"beam.maxLength is {manifest.Beam.MaxLength}; it must be between 1 and 1000";
        }

        if (manifest.Beam.LengthPenalty is not (>= 0 and <= 10))
        {
            yield return $"beam.lengthPenalty is {manifest.Beam.LengthPenalty}; it must be between 0 and 10";
        }

        if (manifest.Beam.NoRepeatNgram < 0)
        {
            yield return $"beam.noRepeatNgram is {manifest.Beam.NoRepeatNgram}; it must not be negative";
        }

        foreach (string file in new[] { manifest.Encoder.File, manifest.Decoder.Init, manifest.Decoder.Step, manifest.Vocabulary.File })
        {
            if (!manifest.Files.ContainsKey(file))
            {
                yield return $"files does not list '{file}'";
            }
        }
    }

    private static byte[]? ReadVerified(string directory, string name, FileManifest file, List<string> problems)
    {
        // A name with a path in it could point anywhere on the machine.
        if (name != Path.GetFileName(name))
        {
            problems.Add($"files lists '{name}', which is not a plain file name");
            return null;
        }

        try
        {
            string path = Path.Combine(directory, name);
            long size = new FileInfo(path).Length;
            if (size != file.Size)
            {
                problems.Add($"{name} has {size} bytes, not {file.Size}");
                return null;
            }

            byte[] bytes = File.ReadAllBytes(path);
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            if (!sha256.Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
            {
                problems.Add($"{name} is damaged: its SHA-256 is {sha256}, not {file.Sha256}");
                return null;
            }

            return bytes;
        }
        catch (FileNotFoundException)
        {
            problems.Add($"{name} is missing");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{name} cannot be read: {e.Message}");
        }

        return null;
    }
}
