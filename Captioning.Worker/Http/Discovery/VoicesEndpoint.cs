using Captioning.Inference.Speech;
using Captioning.Worker.Speech;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Captioning.Worker.Http.Discovery;

/// <summary><c>GET /v1/voices</c>: the voices that are there.</summary>
internal sealed class VoicesEndpoint(VoiceCatalog catalog)
{
    /// <summary>Whether there is a voice, and what it takes to speak.</summary>
    public bool CanSpeak => Find().Default is not null;

    public Ok<VoicesResponse> Get() => TypedResults.Ok(Find());

    private VoicesResponse Find()
    {
        IReadOnlyList<VoiceEntry> entries = catalog.List();
        VoiceResponse[] voices =
        [
            .. entries.Where(entry => entry is { Problem: null, Info: not null })
                .Select(entry => new VoiceResponse(entry.Name, Title(entry.Info!.Name), entry.Info.Language, entry.Info.Quality, entry.Info.SampleRate)),
        ];
        string id = Speaker.DefaultOf(entries);
        return new VoicesResponse(voices, Array.Exists(voices, voice => voice.Id == id) && EspeakStatus.Probe().IsAvailable ? id : null);
    }

    // Piper's names are made of the language, the name and the quality: en_US-joe-medium.
    private static string Title(string name) => name.Split('-') is [_, { Length: > 0 } title, ..]
        ? string.Concat(title[..1].ToUpperInvariant(), title.AsSpan(1)).Replace('_', ' ')
        : name;
}
