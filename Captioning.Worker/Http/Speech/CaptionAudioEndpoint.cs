using Captioning.Contracts;
using Captioning.Worker.Http.Captions;
using Microsoft.AspNetCore.Http;

namespace Captioning.Worker.Http.Speech;

/// <summary><c>GET /v1/captions/{id}/audio</c>: a caption as speech, spoken when it is first asked for.</summary>
internal sealed class CaptionAudioEndpoint(RecentCaptions captions, RecentSpeech speech, VoiceRules voices)
{
    public const string ContentType = "audio/wav";

    private const string FileName = "caption.wav";

    public async Task GetAsync(HttpContext http, string id, string? voice, double? speed, string? download)
    {
        string requestId = KeptCaptionEndpoints.Decode(id);
        if (captions.Find(requestId) is not { Captioned: { } captioned } kept)
        {
            await Problems.WriteAsync(http, KeptCaptionEndpoints.Unknown(requestId));
            return;
        }

        new CaptionRequest { Speed = speed }.Check();
        voices.Check(voice);
        SpeakOptions speak = kept.Speak with { Voice = voice ?? kept.Speak.Voice, Speed = speed ?? kept.Speak.Speed };
        SpokenText spoken = await speech.GetOrSpeakAsync(captioned.Caption, speak, http.RequestAborted);
        http.Response.Headers.CacheControl = "private, no-cache";
        string? fileName = download is null or "0" or "false" ? null : FileName;
        await TypedResults.Bytes(spoken.Wav, ContentType, fileName, enableRangeProcessing: true, entityTag: spoken.Tag).ExecuteAsync(http);
    }
}
