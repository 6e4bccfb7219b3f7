namespace Captioning.Inference.Speech;

/// <summary>Whether espeak-ng, which turns text into phonemes, can be used in this process.</summary>
/// <param name="Version">Its version, such as <c>1.51</c>; null where it cannot be used.</param>
/// <param name="DataPath">The folder of its data; null where it cannot be used.</param>
/// <param name="ReportsTerminators">
/// True where it tells what ended a clause; false for releases up to 1.52, where that is read back from the text.
/// </param>
/// <param name="Problem">Why it cannot be used and what to do about it; null where it can.</param>
public sealed record EspeakStatus(string? Version, string? DataPath, bool ReportsTerminators, string? Problem)
{
    /// <summary>True where espeak-ng can be used.</summary>
    public bool IsAvailable => Problem is null;

    /// <summary>Loads espeak-ng, where that has not happened yet, and says how it went. Never throws.</summary>
    public static EspeakStatus Probe() => Probe(Espeak.LibraryNames);

    internal static EspeakStatus Probe(IReadOnlyList<string> libraryNames)
    {
        try
        {
            Espeak espeak = Espeak.Open(libraryNames);
            return new EspeakStatus(espeak.Version, espeak.DataPath, espeak.ReportsTerminators, Problem: null);
        }
        catch (SpeechUnavailableException e)
        {
            return new EspeakStatus(Version: null, DataPath: null, ReportsTerminators: false, e.Message);
        }
    }
}
