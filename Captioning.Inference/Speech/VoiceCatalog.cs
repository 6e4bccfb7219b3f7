using Captioning.Inference.Runtime;
using Microsoft.Extensions.Logging;

namespace Captioning.Inference.Speech;

/// <summary>The voices in a folder: each in a folder of its own, or as <c>.onnx</c> files beside one another.</summary>
/// <param name="root">The folder.</param>
public sealed class VoiceCatalog(string root)
{
    private const string Remedy = "Download one from https://huggingface.co/rhasspy/piper-voices (the .onnx and the .onnx.json file).";

    /// <summary>Looks at every voice without loading its model.</summary>
    /// <returns>The voices found, ordered by name. Empty where the folder does not exist.</returns>
    public IReadOnlyList<VoiceEntry> List() =>
        [.. Candidates().Select(Describe).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Loads a voice by its name: that of its folder, or of its model file without <c>.onnx</c>.</summary>
    /// <param name="name">The name, as <see cref="List"/> gives it.</param>
    /// <param name="sessions">Where the model runs.</param>
    /// <param name="logger">Where phonemes that the voice does not know are reported.</param>
    /// <exception cref="SpeechUnavailableException">There is no such voice, it is broken, or espeak-ng is missing.</exception>
    public PiperVoice Load(string name, SessionFactory sessions, ILogger? logger = null)
    {
        VoiceEntry[] entries = [.. List()];
        VoiceEntry? entry = Array.Find(entries, e => e.Name == name) ?? Array.Find(entries, e => e.Info?.Name == name);
        return entry is not null
            ? PiperVoice.Load(entry.Path, sessions, logger)
            : throw new SpeechUnavailableException(
                $"There is no voice '{name}' in '{root}'{(entries.Length == 0 ? string.Empty : $"; there are {string.Join(", ", entries.Select(e => e.Name))}")}.",
                Remedy);
    }

    /// <summary>The one model file that a path stands for.</summary>
    internal static string FindModel(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return path;
        }

        string[] models = Directory.Exists(path) ? Directory.GetFiles(path, "*.onnx") : [];
        return models switch
        {
            [var model] => model,
            [] when Directory.Exists(path) => throw new SpeechUnavailableException($"There is no .onnx file in '{path}'.", Remedy),
            [] => throw new SpeechUnavailableException($"There is no voice at '{path}'.", Remedy),
            _ => throw new SpeechUnavailableException(
                $"There are {models.Length} .onnx files in '{path}'.", "Name the one to use instead of the folder."),
        };
    }

    private IEnumerable<string> Candidates() => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root).Where(folder => Directory.EnumerateFiles(folder, "*.onnx*").Any())
            .Concat(Directory.EnumerateFiles(root, "*.onnx"))
        : [];

    private static VoiceEntry Describe(string path)
    {
        string name = File.Exists(path) ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path);
        try
        {
            return new VoiceEntry(name, path, VoiceConfig.Read(FindModel(path)).Info, Problem: null);
        }
        catch (SpeechUnavailableException e)
        {
            return new VoiceEntry(name, path, Info: null, e.Message);
        }
    }
}
