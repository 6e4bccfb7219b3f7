using Captioning.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference.Speech;

/// <summary>Opens the ONNX file of a voice.</summary>
internal static class VoiceModel
{
    private static readonly string[] Inputs = ["input", "input_lengths", "scales"];

    /// <exception cref="SpeechUnavailableException">The file is no Piper model.</exception>
    public static InferenceSession Open(VoiceConfig config, SessionFactory sessions)
    {
        string path = config.Info.ModelPath;
        InferenceSession session;
        try
        {
            session = sessions.Open(File.ReadAllBytes(path), Configure);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            throw Broken(path, e);
        }

        IReadOnlyDictionary<string, NodeMetadata> inputs = session.InputMetadata;
        string[] missing = [.. Inputs.Where(name => !inputs.ContainsKey(name))];
        if (missing.Length == 0 && (config.Info.Speakers.Count == 1 || inputs.ContainsKey("sid")))
        {
            return session;
        }

        string problem = missing.Length > 0
            ? $"The model '{path}' is not a Piper voice: it has no input {string.Join(", ", missing)}."
            : $"The configuration of '{path}' names {config.Info.Speakers.Count} speakers, but the model has no input sid.";
        session.Dispose();
        throw new SpeechUnavailableException(problem, "Use a voice from https://huggingface.co/rhasspy/piper-voices.");
    }

    public static SpeechUnavailableException Broken(string path, Exception e) =>
        new($"The voice model '{path}' does not run: {e.Message.Split('\n')[0].TrimEnd('.', ' ')}.", "Download the voice again.", e);

    // Sentences differ in length, so an arena keeps memory of the longest and a pattern never fits; neither made the model
    // faster. Piper also turns graph optimizations off for a quicker load; here a voice is loaded once, and a sentence is
    // spoken no slower, if anything a little faster, with them on.
    private static void Configure(SessionOptions options)
    {
        options.EnableCpuMemArena = false;
        options.EnableMemoryPattern = false;
    }
}
