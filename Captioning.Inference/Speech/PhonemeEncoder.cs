using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Captioning.Inference.Speech;

/// <summary>Turns phonemes into the ids that a Piper model takes: start, pad, then each phoneme followed by a pad, end.</summary>
internal sealed partial class PhonemeEncoder
{
    public const string Start = "^";
    public const string Pad = "_";
    public const string End = "$";

    private readonly Dictionary<string, long[]>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> _replacements;
    private readonly ConcurrentDictionary<string, bool> _reported = [];
    private readonly long[] _start;
    private readonly long[] _pad;
    private readonly long[] _end;
    private readonly VoiceConfig _config;
    private readonly ILogger _logger;

    public PhonemeEncoder(VoiceConfig config, ILogger logger)
    {
        _config = config;
        _logger = logger;
        _ids = new Dictionary<string, long[]>(config.PhonemeIds).GetAlternateLookup<ReadOnlySpan<char>>();
        _replacements = new Dictionary<string, string[]>(config.PhonemeMap).GetAlternateLookup<ReadOnlySpan<char>>();
        _start = config.PhonemeIds[Start];
        _pad = config.PhonemeIds[Pad];
        _end = config.PhonemeIds[End];
    }

    /// <summary>How many ids a sentence has in which no phoneme is known.</summary>
    public int EmptyLength => _start.Length + _pad.Length + _end.Length;

    /// <summary>Encodes one sentence; phonemes that the voice does not know are left out, with one warning each.</summary>
    public long[] Encode(ReadOnlySpan<char> phonemes)
    {
        List<long> ids = new((2 * phonemes.Length) + 3);
        ids.AddRange(_start);
        ids.AddRange(_pad);
        while (!phonemes.IsEmpty)
        {
            ReadOnlySpan<char> phoneme = phonemes[..NextLength(phonemes)];
            if (_replacements.TryGetValue(phoneme, out string[]? others))
            {
                foreach (string other in others)
                {
                    Add(other, ids);
                }
            }
            else
            {
                Add(phoneme, ids);
            }

            phonemes = phonemes[phoneme.Length..];
        }

        ids.AddRange(_end);
        return [.. ids];
    }

    private int NextLength(ReadOnlySpan<char> phonemes)
    {
        foreach (string cluster in _config.VowelClusters)
        {
            if (phonemes.StartsWith(cluster, StringComparison.Ordinal))
            {
                return cluster.Length;
            }
        }

        Rune.DecodeFromUtf16(phonemes, out _, out int length);
        return length;
    }

    private void Add(ReadOnlySpan<char> phoneme, List<long> ids)
    {
        if (!_ids.TryGetValue(phoneme, out long[]? known) && !TryLowerCase(phoneme, out known))
        {
            string unknown = phoneme.ToString();
            if (_reported.TryAdd(unknown, true))
            {
                Log.UnknownPhoneme(_logger, _config.Info.Name, unknown);
            }

            return;
        }

        ids.AddRange(known);
        ids.AddRange(_pad);
    }

    // A voice that is fed characters knows capitals only where it was trained on them.
    private bool TryLowerCase(ReadOnlySpan<char> character, [NotNullWhen(true)] out long[]? ids)
    {
        ids = null;
        return _config.EspeakVoice is null && _ids.TryGetValue(character.ToString().ToLowerInvariant(), out ids);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The voice '{Voice}' does not know the phoneme '{Phoneme}' and leaves it out.")]
        public static partial void UnknownPhoneme(ILogger logger, string voice, string phoneme);
    }
}
