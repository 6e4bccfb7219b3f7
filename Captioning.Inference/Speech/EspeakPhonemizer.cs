using System.Text;
using System.Text.RegularExpressions;

namespace Captioning.Inference.Speech;

/// <summary>Turns text into sentences of phonemes as Piper does: IPA of espeak-ng, the text's punctuation kept.</summary>
internal sealed class EspeakPhonemizer
{
    // espeak-ng puts words of another language between flags such as (en) and (fr).
    private static readonly Regex LanguageSwitch = new(@"\([^)]+\)", RegexOptions.NonBacktracking);
    private static readonly Regex RawPhonemes = new(@"\[\[(?<raw>.*?)\]\]", RegexOptions.NonBacktracking);

    private readonly Espeak _espeak;
    private readonly string _voice;

    /// <summary>Tries the voice out.</summary>
    /// <exception cref="SpeechUnavailableException">espeak-ng does not know the voice or lacks its dictionary.</exception>
    public EspeakPhonemizer(Espeak espeak, string voice)
    {
        _espeak = espeak;
        _voice = voice;
        int spoken = 0;
        if (!espeak.TryPhonemize(voice, "1", (phonemes, _) => spoken += phonemes.Length))
        {
            throw new SpeechUnavailableException(
                $"espeak-ng {espeak.Version} has no voice '{voice}'.", "Install a newer espeak-ng, or use a voice for another language.");
        }

        // Without its dictionary espeak-ng goes on and says nothing.
        if (spoken == 0)
        {
            throw new SpeechUnavailableException(
                $"espeak-ng's data in '{espeak.DataPath}' has no dictionary for the voice '{voice}'.", "Install espeak-ng-data again.");
        }
    }

    /// <summary>Turns text into phonemes, in normal form D; <c>[[ ... ]]</c> encloses phonemes that are taken as they are.</summary>
    /// <returns>One string a sentence. Empty where nothing is to be said.</returns>
    public List<string> Phonemize(string text)
    {
        List<string> sentences = [];
        string[] parts = RawPhonemes.Split(text);
        bool afterRaw = false;
        for (int i = 0; i < parts.Length; i++)
        {
            // The expression has one group, so every second part is what it caught.
            if (i % 2 == 1)
            {
                if (sentences.Count == 0)
                {
                    sentences.Add(string.Empty);
                }

                string before = parts[i - 1].EndsWith(' ') ? " " : string.Empty;
                string after = parts[i + 1].StartsWith(' ') ? " " : string.Empty;
                sentences[^1] += before + CanonicalDecomposition.Decompose(parts[i].Trim()) + after;
                afterRaw = true;
            }
            else if (!string.IsNullOrWhiteSpace(parts[i]))
            {
                List<string> spoken = PhonemizePart(parts[i]);
                if (afterRaw && spoken.Count > 0)
                {
                    sentences[^1] += spoken[0];
                    spoken.RemoveAt(0);
                }

                sentences.AddRange(spoken);
                afterRaw = false;
            }
        }

        return sentences;
    }

    private List<string> PhonemizePart(string text)
    {
        List<string> sentences = [];
        StringBuilder sentence = new();
        _espeak.TryPhonemize(_voice, text, AddClause);
        EndSentence();
        return sentences;

        void AddClause(string phonemes, ClauseTerminator terminator)
        {
            sentence.Append(LanguageSwitch.Replace(phonemes, string.Empty)).Append(terminator.Punctuation);
            if (terminator.EndsSentence)
            {
                EndSentence();
            }
        }

        void EndSentence()
        {
            if (sentence.Length > 0)
            {
                sentences.Add(CanonicalDecomposition.Decompose(sentence.ToString()));
                sentence.Clear();
            }
        }
    }
}
