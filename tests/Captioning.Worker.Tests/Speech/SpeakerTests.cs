using Captioning.Contracts;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Captioning.Worker.Inputs;
using Captioning.Worker.Speech;
using Captioning.Worker.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Captioning.Worker.Tests.Speech;

public sealed class SpeakerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SpeakAsync_Stopped_LeavesTheTextUnspoken()
    {
        await using Speaker speaker = Create(Repository.Voices);
        speaker.Stop();

        SpeechOutcome outcome = await speaker.SpeakAsync(
            "1", "A dog runs.", new SpeakOptions { Destination = FileUri.FromPath(_folder.Under("a.wav")) }, canRetry: false, CancellationToken.None);

        Assert.Null(outcome.Audio);
        Assert.Equal("The worker stopped before it was spoken.", outcome.Error);
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task SpeakAsync_VoiceRepairedAfterAFailure_Speaks()
    {
        const string name = Speaker.DefaultVoice;
        await using Speaker speaker = Create(_folder.Root);
        SpeakOptions options = new() { Destination = FileUri.FromPath(_folder.Under("a.wav")) };
        SpeechOutcome before = await speaker.SpeakAsync("1", "A dog runs.", options, canRetry: false, CancellationToken.None);
        foreach (string file in Directory.EnumerateFiles(Path.Join(Repository.Voices, name)))
        {
            _folder.File(Path.Join(name, Path.GetFileName(file)), await File.ReadAllBytesAsync(file));
        }

        SpeechOutcome after = await speaker.SpeakAsync("1", "A dog runs.", options, canRetry: false, CancellationToken.None);

        Assert.Contains($"There is no voice '{name}'", before.Error, StringComparison.Ordinal);
        Assert.Equal(name, after.Audio?.Voice);
    }

    [Fact]
    public async Task SpeakAsync_SameRequestAgain_AnswersTheSameAudio()
    {
        await using Speaker speaker = Create(Repository.Voices);
        SpeakOptions options = new();
        SpeechOutcome first = await speaker.SpeakAsync("1", "A dog runs on a beach.", options, canRetry: false, CancellationToken.None);
        string file = Assert.Single(Directory.GetFiles(_folder.Root, "*.wav", SearchOption.AllDirectories));
        byte[] wav = await File.ReadAllBytesAsync(file);

        for (int again = 0; again < 3; again++)
        {
            Assert.Equal(first.Audio, (await speaker.SpeakAsync("1", "A dog runs on a beach.", options, canRetry: false, CancellationToken.None)).Audio);
        }

        SpeechOutcome faster = await speaker.SpeakAsync("1", "A dog runs on a beach.", new SpeakOptions { Speed = 2 }, canRetry: false, CancellationToken.None);

        Assert.Equal(wav, await File.ReadAllBytesAsync(file));
        Assert.Equal((double)(wav.Length - WavHeader.Length) / sizeof(short) / first.Audio!.SampleRate, first.Audio.Duration, precision: 6);
        Assert.True(faster.Audio!.Duration < first.Audio.Duration);
    }

    private Speaker Create(string voices)
    {
        AudioStores stores = new([new LocalAudioStore([_folder.Root], TimeProvider.System)], new AudioOptions { Location = _folder.Root });
        return new Speaker(new VoiceCatalog(voices), stores, Device.Cpu, NullLoggerFactory.Instance, TimeProvider.System);
    }
}
