using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class EspeakPhonemizerTests
{
    private readonly EspeakPhonemizer _english = new(Espeak.Open(Espeak.LibraryNames), "en-us");

    public static TheoryData<string> NothingToSay => ["", " ", "\n\t", "\0", "\u0001\u0002"];

    public static TheoryData<string> BadTexts =>
    [
        "...", "?!", "- - -", "\ud800", "a \udc00 b", "\ud83d", "\uffff", "a\0b", "\u001b[31m red", "(((((", "[[", "]]", "[[]]", "[[a",
        "<speak>x</speak>", "%s%n", new string('(', 5000), new string('[', 5000), new string('\u0301', 5000), "‮ltr",
    ];

    [Fact]
    public void Phonemize_SeveralClauses_KeepsEveryOne() =>
        Assert.Equal(
            ["dˈɑːɡ, kˈæt; dˈɑːɡ: kˈæt.", "dˈɑːɡ!", "kˈæt?", "dˈɑːɡ"],
            _english.Phonemize("Dog, cat; dog: cat. Dog! Cat? Dog"));

    [Fact]
    public void Phonemize_NextSentenceStartsWithSeveralBytes_KeepsThePunctuation() =>
        Assert.Equal(["naɪˈiːv.", "ˈuːbɚ!"], _english.Phonemize("Naïve. Über!"));

    [Fact]
    public void Phonemize_ClosingQuote_KeepsThePunctuation() =>
        Assert.Equal(["hiː sˈɛd jˈɛs.", "dˈʌn!"], _english.Phonemize("He said \"yes.\" \"Done!\""));

    [Theory]
    [MemberData(nameof(NothingToSay))]
    public void Phonemize_NothingToSay_GivesNothing(string text) => Assert.Empty(_english.Phonemize(text));

    [Theory]
    [MemberData(nameof(BadTexts))]
    public void Phonemize_BadText_LeavesTheNextTextAlone(string text)
    {
        _english.Phonemize(text);

        Assert.Equal(["həlˈoʊ."], _english.Phonemize("Hello."));
    }

    [Fact]
    public void Phonemize_ZeroByte_DoesNotEndTheText() =>
        Assert.Equal(_english.Phonemize("One. Two."), _english.Phonemize("One.\0Two."));

    [Fact]
    public void Phonemize_HundredThousandCharacters_SpeaksThemAll()
    {
        string text = string.Concat(Enumerable.Repeat("One dog. ", 100_000 / 9));

        List<string> sentences = _english.Phonemize(text);

        Assert.Equal(100_000 / 9, sentences.Count);
        Assert.All(sentences, sentence => Assert.Equal("wˈʌn dˈɑːɡ.", sentence));
    }

    [Fact]
    public void Phonemize_WordOfAnotherLanguage_LosesTheLanguageFlags()
    {
        EspeakPhonemizer french = new(Espeak.Open(Espeak.LibraryNames), "fr");

        string phonemes = Assert.Single(french.Phonemize("le weekend"));

        Assert.DoesNotContain('(', phonemes);
        Assert.DoesNotContain("en)", phonemes);
    }

    [Fact]
    public void Phonemize_NasalVowel_IsDecomposed()
    {
        EspeakPhonemizer portuguese = new(Espeak.Open(Espeak.LibraryNames), "pt-br");

        string phonemes = Assert.Single(portuguese.Phonemize("não põe irmã"));

        Assert.All(phonemes.EnumerateRunes(), rune => Assert.False(rune.Value is >= 0xC0 and <= 0xFF and not (0xE6 or 0xF0 or 0xF8)));
        Assert.Contains('\u0303', phonemes);
    }

    [Fact]
    public void Phonemize_RawPhonemes_AreTakenAsTheyAre() =>
        Assert.Equal(["həlˈoʊ bˈæz fˈuː.", "ˈɛnd"], _english.Phonemize("Hello [[ bˈæz ]] foo. End"));

    [Fact]
    public void Phonemize_OnlyRawPhonemes_IsASentence() => Assert.Equal(["bˈæz"], _english.Phonemize("[[bˈæz]]"));

    [Fact]
    public async Task Phonemize_SeveralVoicesAtOnce_DoNotMix()
    {
        EspeakPhonemizer german = new(Espeak.Open(Espeak.LibraryNames), "de");
        const string Text = "Nine. Acht, Welt! Drei";
        string english = string.Join('|', _english.Phonemize(Text));
        string other = string.Join('|', german.Phonemize(Text));
        Assert.NotEqual(english, other);

        await Parallel.ForAsync(0, 64, (i, _) =>
        {
            Assert.Equal(i % 2 == 0 ? english : other, string.Join('|', (i % 2 == 0 ? _english : german).Phonemize(Text)));
            return ValueTask.CompletedTask;
        });
    }
}
