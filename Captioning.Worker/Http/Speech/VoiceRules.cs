using Captioning.Contracts;
using Captioning.Inference.Speech;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Speech;

/// <summary>Which voices may be asked for.</summary>
internal sealed class VoiceRules(VoiceCatalog catalog)
{
    /// <exception cref="RequestFailedException">There is no voice of that id.</exception>
    public void Check(string? voice)
    {
        if (voice is null)
        {
            return;
        }

        IReadOnlyList<VoiceEntry> voices = catalog.List();
        if (!voices.Any(entry => entry.Name == voice || entry.Info?.Name == voice))
        {
            throw new RequestFailedException(
                FailureReason.InvalidRequest,
                $"There is no voice '{SourceName.Printable(voice)}'. {(voices.Count == 0 ? "There are none here." : $"There are: {string.Join(", ", voices.Select(entry => entry.Name))}.")}");
        }
    }
}
