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

    private Speaker Create(string voices)
    {
        AudioStores stores = new([new LocalAudioStore([_folder.Root], TimeProvider.System)], new AudioOptions { Location = _folder.Root });
        return new Speaker(new VoiceCatalog(voices), stores, Device.Cpu, NullLoggerFactory.Instance, TimeProvider.System);
    }
}
