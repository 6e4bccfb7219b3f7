using System.Collections.Concurrent;
using System.Globalization;
using Captioning.Contracts;
using Captioning.Inference.Speech;
using Captioning.Worker.Speech;

namespace Captioning.Worker.Http.Speech;

/// <summary>Speaks captions and remembers the speech for a while. Who asks for speech that is being made waits for it.</summary>
internal sealed class RecentSpeech(Speaker speaker, HttpOptions options, TimeProvider time)
{
    private readonly RecentItems<SpokenText> _kept = new(options.SpeechMemory, options.Lifetime, time);
    private readonly ConcurrentDictionary<string, Lazy<Task<SpokenText>>> _underWay = new(StringComparer.Ordinal);

    /// <summary>A text as speech.</summary>
    /// <param name="text">The text: a sentence or two.</param>
    /// <param name="speak">How to speak it.</param>
    /// <param name="cancellationToken">Gives up waiting; the speech is kept for who comes next.</param>
    /// <exception cref="SpeechUnavailableException">The voice does not work.</exception>
    public Task<SpokenText> GetOrSpeakAsync(string text, SpeakOptions speak, CancellationToken cancellationToken)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{speak.Speed}/{speak.Voice}/{text}");
        return _kept.Find(key) is { } kept
            ? Task.FromResult(kept)
            : _underWay.GetOrAdd(key, _ => new Lazy<Task<SpokenText>>(() => SpeakAsync(key, text, speak))).Value.WaitAsync(cancellationToken);
    }

    private async Task<SpokenText> SpeakAsync(string key, string text, SpeakOptions speak)
    {
        try
        {
            (byte[] wav, SpeechAudio audio) = await speaker.SpeakAsync(text, speak, CancellationToken.None);
            SpokenText spoken = new(wav, audio);
            _kept.Keep(key, spoken, wav.Length);
            return spoken;
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }
}
