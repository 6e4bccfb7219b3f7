using System.Buffers.Binary;
using System.Text.Json;
using Captioning.Worker.Inputs;

namespace Captioning.Worker.Tests.Broker;

/// <summary>What becomes of requests where two workers, as processes of their own, or the broker end without warning.</summary>
[Collection(ProgramGroup.Name)]
public sealed class ProgramFaultTests(ProgramFixture fixture) : IAsyncLifetime
{
    private const string Queue = "caption-image-json";
    private const int WavHeaderBytes = 44;
    private const int SomeSpoken = 50;
    private readonly CaptioningProgram[] _workers = new CaptioningProgram[2];
    private JsonClient _client = null!;

    public async Task InitializeAsync()
    {
        _workers[0] = await fixture.ServeAsync();
        _workers[1] = await fixture.ServeAsync();
        _client = await JsonClient.ConnectAsync(fixture.Node.Uri);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _workers[0].DisposeAsync();
        await _workers[1].DisposeAsync();
    }

    [Fact]
    public async Task WorkersAreKilledInMidBatch_NothingIsLost()
    {
        const int Requests = 1_000;
        ResultQueue results = await ResultQueue.BindAsync(_client);
        await PublishAsync(Requests, seed: 7_000_000);

        for (int kill = 0; kill < 5; kill++)
        {
            await results.ReachAsync(_client, 50 + (100 * kill));
            await _workers[kill % 2].KillAsync();

            // The queue was not empty: the worker was killed over requests.
            Assert.NotEqual(0u, await _client.MessagesAsync(Queue));

            await _workers[kill % 2].DisposeAsync();
            _workers[kill % 2] = await fixture.ServeAsync();
        }

        await AssertAnsweredAsync(results, Requests);
    }

    [Fact]
    public async Task BrokerIsStoppedAndStarted_NothingIsLost()
    {
        const int Requests = 300;
        ResultQueue results = await ResultQueue.BindAsync(_client);
        await PublishAsync(Requests, seed: 8_000_000);
        await results.ReachAsync(_client, 50);

        await _client.DisposeAsync();
        await fixture.Node.StopAsync();
        await fixture.Node.StartAsync();

        _client = await JsonClient.ConnectAsync(fixture.Node.Uri);
        await AssertAnsweredAsync(results, Requests);
    }

    [Fact]
    public async Task WorkersAreStoppedWhileTheySpeak_EndWellAndGiveBackTheRest()
    {
        const int Requests = 200;
        ResultQueue results = await ResultQueue.BindAsync(_client);
        await PublishAsync(Requests, seed: 8_500_000, spoken: 1);

        // A voice is loaded with the first of them.
        for (int stop = 0; stop < 4; stop++)
        {
            await results.ReachAsync(_client, 10 * stop);
            Assert.Equal(0, await _workers[stop % 2].TerminateAsync());
            await _workers[stop % 2].DisposeAsync();
            _workers[stop % 2] = await fixture.ServeAsync();
        }

        await AssertAnsweredAsync(results, Requests, spoken: 1);
    }

    /// <summary>Every request is for an image of its own, so that none is answered without the engine; one in so many wants speech.</summary>
    private Task PublishAsync(int count, int seed, int spoken = SomeSpoken) => Task.WhenAll(Enumerable.Range(seed, count).Select(i => _client.SendAsync(
        Queue,
        JsonSerializer.SerializeToUtf8Bytes(new { requestId = $"{i}", image = SmallImages.Uri(i), beam = 1, speak = i % spoken == 0 ? new { } : null }))));

    private async Task AssertAnsweredAsync(ResultQueue queue, int requests, int spoken = SomeSpoken)
    {
        IReadOnlyList<JsonElement> results = await queue.TakeAsync(_client, requests);
        (string Id, string Caption)[] captions =
            [.. results.Select(result => (result.GetProperty("requestId").GetString()!, result.GetProperty("caption").GetString()!)).Distinct()];
        Assert.Equal(requests, captions.Length);
        Assert.Equal(requests, captions.Select(caption => caption.Id).Distinct(StringComparer.Ordinal).Count());

        JsonElement[] audio = [.. results.Where(result => result.TryGetProperty("audio", out _)).Select(result => result.GetProperty("audio"))];
        Assert.Equal(requests / spoken, audio.Select(Location).Distinct(StringComparer.Ordinal).Count());
        Assert.All(audio, speech => AssertWhole(Location(speech), speech.GetProperty("duration").GetDouble()));
        Assert.All(Directory.GetFiles(fixture.Folder.Under("audio"), "*.wav", SearchOption.AllDirectories), path => AssertWhole(path, duration: null));

        Assert.Equal(0u, await _client.MessagesAsync(Queue));
        Assert.Equal(0u, await _client.MessagesAsync($"{Queue}_error"));
    }

    private static string Location(JsonElement audio) =>
        FileUri.TryGetPath(audio.GetProperty("uri").GetString()!, out string? path) ? path : throw new InvalidDataException($"{audio} is not in a file.");

    private static void AssertWhole(string path, double? duration)
    {
        byte[] wav = File.ReadAllBytes(path);
        Assert.True(wav.AsSpan().StartsWith("RIFF"u8), path);
        Assert.Equal(wav.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(4)));
        int samples = (wav.Length - WavHeaderBytes) / sizeof(short);
        Assert.Equal(samples * sizeof(short), BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(WavHeaderBytes - 4)));
        Assert.True(samples > 0, path);
        if (duration is { } seconds)
        {
            Assert.Equal(seconds, (double)samples / BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(24)), precision: 3);
        }
    }
}
