using System.Text.Json.Nodes;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class PiperVoiceTests
{
    public static TheoryData<string> BadTexts => ["", " ", "...", "?!", "\0", "\ud800", "😀", new string('\u0301', 3000)];

    [Fact]
    public void Load_Folder_TellsAboutTheVoice()
    {
        using TinyVoice tiny = new(speakers: 2);
        using PiperVoice voice = tiny.Load();

        Assert.Equal("tiny", voice.Info.Name);
        Assert.Equal(8000, voice.Info.SampleRate);
        Assert.Equal(["0", "1"], voice.Info.Speakers);
        Assert.Equal(tiny.ModelPath, voice.Info.ModelPath);
    }

    [Fact]
    public void SynthesizeSentences_VoiceOfCharacters_DecomposesAndLowers()
    {
        using TinyVoice tiny = new();
        using PiperVoice voice = tiny.Load();

        SpeechSegment segment = Assert.Single(voice.SynthesizeSentences("Ab й. a", TinyVoice.AsIs));

        Assert.Equal("Ab и\u0306. a", segment.Phonemes);
        Assert.Equal([1, 0, 10, 0, 11, 0, 3, 0, 20, 0, 21, 0, 30, 0, 3, 0, 10, 0, 2], segment.Samples.ToArray());
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("ann", 0)]
    [InlineData("bob", 100)]
    [InlineData("1", 100)]
    [InlineData("2", 200)]
    public void SynthesizeSentences_SeveralSpeakers_SpeaksAsTheOneAsked(string? speaker, int offset)
    {
        using TinyVoice tiny = new(speakers: 3);
        tiny.Config["speaker_id_map"] = new JsonObject { ["ann"] = 0, ["bob"] = 1 };
        tiny.Config["default_speaker_id"] = 2;
        tiny.WriteConfig();
        using PiperVoice voice = tiny.Load();

        SpeechSegment segment = Assert.Single(voice.SynthesizeSentences("a", TinyVoice.AsIs with { Speaker = speaker }));

        Assert.Equal(["ann", "bob", "2"], voice.Info.Speakers);
        Assert.Equal(new[] { 1, 0, 10, 0, 2 }.Select(id => (short)(id + offset)), segment.Samples.ToArray());
    }

    [Theory]
    [InlineData("carl")]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("")]
    public void SynthesizeSentences_UnknownSpeaker_NamesThoseThereAre(string speaker)
    {
        using TinyVoice tiny = new(speakers: 3);
        using PiperVoice voice = tiny.Load();

        var e = Assert.Throws<ArgumentException>(() => voice.SynthesizeSentences("a", new SpeechOptions { Speaker = speaker }));

        Assert.StartsWith($"The voice 'tiny' has no speaker '{speaker}'. It has: 0, 1, 2.", e.Message);
    }

    [Fact]
    public void Synthesize_OptionOutOfRange_NamesItAndTheRange()
    {
        using TinyVoice tiny = new();
        using PiperVoice voice = tiny.Load();
        (string Name, SpeechOptions Options)[] cases =
        [
            ("LengthScale", new() { LengthScale = 0 }),
            ("LengthScale", new() { LengthScale = float.NaN }),
            ("NoiseScale", new() { NoiseScale = -0.1f }),
            ("NoiseW", new() { NoiseW = float.PositiveInfinity }),
            ("Volume", new() { Volume = -1 }),
            ("SentenceSilence", new() { SentenceSilence = TimeSpan.FromSeconds(-1) }),
        ];

        Assert.All(cases, c =>
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => voice.Synthesize("a", Stream.Null, c.Options));
            Assert.Equal(c.Name, e.ParamName);
            Assert.Contains($"{c.Name} must be between", e.Message);
        });
    }

    [Fact]
    public void Synthesize_SilenceBetweenSentences_IsWholeSamplesAndNotAfterTheLast()
    {
        using TinyVoice tiny = new(type: "espeak");
        using PiperVoice voice = tiny.Load();
        using MemoryStream wav = new();

        // 8000 Hz times 0.00019 s is 1.52 samples, which must not become an odd number of bytes.
        SpeechOptions options = TinyVoice.AsIs with { SentenceSilence = TimeSpan.FromSeconds(0.00019) };
        SpeechResult result = voice.Synthesize("[[ab.]]", wav, options);
        Assert.Equal(new SpeechResult(9, 8000, 1), result);

        wav.SetLength(0);
        int[] lengths = [.. voice.SynthesizeSentences("Back. Kick. Cab", options).Select(s => s.Samples.Length)];
        result = voice.Synthesize("Back. Kick. Cab", wav, options);
        Assert.Equal(3, lengths.Length);
        Assert.Equal(lengths.Sum() + 2, result.SampleCount);
        Assert.Equal(WavHeader.Length + (2 * result.SampleCount), wav.Length);
        Assert.Equal(new byte[2], wav.ToArray()[(WavHeader.Length + (2 * lengths[0]))..][..2]);
    }

    [Fact]
    public void Synthesize_SeekableStream_WritesAWavFromThePositionOn()
    {
        using TinyVoice tiny = new();
        using PiperVoice voice = tiny.Load();
        using MemoryStream wav = new();
        wav.Write("before"u8);

        SpeechResult result = voice.Synthesize("ab", wav, TinyVoice.AsIs);

        Assert.Equal(new SpeechResult(7, 8000, 1), result);
        Assert.Equal(7 / 8000.0, result.Duration.TotalSeconds, 6);
        Assert.Equal(wav.Length, wav.Position);
        byte[] expected =
        [
            .. "beforeRIFF"u8, 50, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0,
            .. "data"u8, 14, 0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0, 11, 0, 0, 0, 2, 0,
        ];
        Assert.Equal(expected, wav.ToArray());
    }

    [Fact]
    public void Synthesize_StreamThatCannotSeek_GetsTheSameFile()
    {
        using TinyVoice tiny = new();
        using PiperVoice voice = tiny.Load();
        using MemoryStream expected = new();
        using ForwardOnlyStream wav = new();

        voice.Synthesize("abc", expected);
        voice.Synthesize("abc", wav);

        Assert.Equal(expected.ToArray(), wav.Written.ToArray());
    }

    [Theory]
    [MemberData(nameof(BadTexts))]
    public void Synthesize_NothingToSay_WritesAWavWithoutSamples(string text)
    {
        using TinyVoice tiny = new();
        tiny.Config["phoneme_id_map"]!.AsObject().Remove("\u0306");
        tiny.WriteConfig();
        using PiperVoice voice = tiny.Load();
        using MemoryStream wav = new();

        SpeechResult result = voice.Synthesize(text, wav);

        Assert.Equal(new SpeechResult(0, 8000, 0), result);
        Assert.Equal(WavHeader.Length, wav.Length);
    }

    [Fact]
    public void Synthesize_HundredThousandCharacters_IsSpokenWhole()
    {
        using TinyVoice tiny = new();
        using PiperVoice voice = tiny.Load();
        string text = new('a', 100_000);

        SpeechResult result = voice.Synthesize(text, Stream.Null);

        int runs = (int)Math.Ceiling(100_000.0 / SentenceSplitter.MaxPhonemes);
        Assert.Equal(runs, result.Sentences);
        Assert.Equal((2 * 100_000) + (3 * runs), result.SampleCount);
    }

    [Fact]
    public void SynthesizeSentences_CancelledBetweenSentences_Stops()
    {
        using TinyVoice tiny = new(type: "espeak");
        using PiperVoice voice = tiny.Load();
        using CancellationTokenSource source = new();
        List<SpeechSegment> spoken = [];

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (SpeechSegment segment in voice.SynthesizeSentences("Back. Kick. Cab", cancellationToken: source.Token))
            {
                spoken.Add(segment);
                source.Cancel();
            }
        });

        Assert.Single(spoken);
    }

    [Fact]
    public void Synthesize_AlreadyCancelled_Throws()
    {
        using TinyVoice tiny = new();
        using PiperVoice voice = tiny.Load();

        Assert.Throws<OperationCanceledException>(() => voice.Synthesize("a", Stream.Null, cancellationToken: new CancellationToken(true)));
    }

    private sealed class ForwardOnlyStream : Stream
    {
        public MemoryStream Written { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);
    }
}
