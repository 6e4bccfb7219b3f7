using System.Text.Json;

namespace Captioning.Worker.Tests.Broker;

[Collection(BrokerGroup.Name)]
public sealed class ReliabilityTests(RabbitMqFixture fixture) : IAsyncLifetime
{
    private const string Queue = "caption-image-json";
    private JsonClient _client = null!;

    public async Task InitializeAsync() => _client = await JsonClient.ConnectAsync(fixture.Broker);

    public Task DisposeAsync() => _client.DisposeAsync().AsTask();

    [Fact]
    public async Task EngineBreaksDown_RequestsWaitAndAreAnswered()
    {
        Results results = new(40);
        await _client.ConsumeAsync(await _client.BindResultsAsync(), results.Add);
        await PublishAsync(40, seed: 2_000_000);
        await results.CountAsync(5);

        await fixture.Engines.Current!.DisposeAsync();

        await results.CountAsync(40);
        results.AssertEachOnceOrTheSame(40);
        Assert.Equal(0u, await _client.MessagesAsync($"{Queue}_error"));
    }

    [Fact]
    public async Task BrokerDies_NothingIsLost()
    {
        const int Count = 200;
        Results results = new(Count);
        string queue = await _client.BindResultsAsync();
        await _client.ConsumeAsync(queue, results.Add);
        await PublishAsync(Count, seed: 3_000_000);
        await results.CountAsync(30);

        await fixture.Node.KillAsync();
        await fixture.Node.StartAsync();
        await fixture.HealthyAsync();

        await _client.DisposeAsync();
        _client = await JsonClient.ConnectAsync(fixture.Broker);
        await _client.ConsumeAsync(queue, results.Add);
        await results.CountAsync(Count);
        results.AssertEachOnceOrTheSame(Count);
        Assert.Equal(0u, await _client.MessagesAsync($"{Queue}_error"));
    }

    [Fact]
    public async Task ServiceStops_RequestsUnderWayFinishAndTheRestWaits()
    {
        const int Count = 150;
        Results results = new(Count);
        await _client.ConsumeAsync(await _client.BindResultsAsync(), results.Add);
        await PublishAsync(Count, seed: 4_000_000);
        await results.CountAsync(10);

        await fixture.StopServiceAsync();

        // All that was taken is answered, and all that was not is still there.
        uint left = await _client.MessagesAsync(Queue);
        await results.CountAsync(Count - (int)left);
        Assert.InRange(left, 1u, Count - 10u);
        await fixture.StartServiceAsync();
        await results.CountAsync(Count);
        Assert.Equal(Count, results.Total);
    }

    [Fact]
    public async Task Interactive_BehindBulk_GoesFirst()
    {
        const int Count = 5_000;
        const int FewBatches = 10;
        Results results = new(Count);
        await _client.ConsumeAsync(await _client.BindResultsAsync(), results.Add);
        await PublishAsync(Count, seed: 5_000_000);
        int before = results.Total;

        await _client.AskAsync($"{Queue}-interactive", new { requestId = "somebody", image = SmallImages.Uri(5_999_999) });
        int after = results.Total;
        uint left = await _client.Channel.QueuePurgeAsync(Queue);

        Assert.InRange(after - before, 0, FewBatches * RabbitMqFixture.BatchSize);
        Assert.InRange(left, 1u, (uint)Count);
        await results.CountAsync(Count - (int)left + 1);
    }

    private Task PublishAsync(int count, int seed) =>
        Task.WhenAll(Enumerable.Range(seed, count).Select(i => _client.SendAsync(Queue, Body($"{i}", SmallImages.Uri(i)))));

    private static byte[] Body(string id, string image) => JsonSerializer.SerializeToUtf8Bytes(new { requestId = id, image });

    /// <summary>Answers in the order of their coming.</summary>
    private sealed class Results(int capacity)
    {
        private readonly Lock _lock = new();
        private readonly List<(string Id, string Caption)> _answers = new(capacity);
        private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

        public int Total
        {
            get
            {
                lock (_lock)
                {
                    return _answers.Count;
                }
            }
        }

        public void Add(JsonClient.Reply reply)
        {
            lock (_lock)
            {
                _answers.Add((reply.Json.GetProperty("requestId").GetString()!, reply.Json.TryGetProperty("caption", out JsonElement caption) ? caption.GetString()! : string.Empty));
                int distinct = _answers.Select(answer => answer.Id).Distinct(StringComparer.Ordinal).Count();
                foreach ((_, TaskCompletionSource reached) in _waiting.Where(waiting => waiting.Count <= distinct))
                {
                    reached.TrySetResult();
                }
            }
        }

        /// <summary>Waits until that many requests are answered.</summary>
        public Task CountAsync(int count)
        {
            lock (_lock)
            {
                if (_answers.Select(answer => answer.Id).Distinct(StringComparer.Ordinal).Count() >= count)
                {
                    return Task.CompletedTask;
                }

                TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((count, reached));
                return reached.Task.WaitAsync(RabbitMqFixture.Patience);
            }
        }

        public void AssertEachOnceOrTheSame(int count)
        {
            lock (_lock)
            {
                Assert.DoesNotContain(string.Empty, _answers.Select(answer => answer.Caption));
                Assert.Equal(count, _answers.Select(answer => answer.Id).Distinct(StringComparer.Ordinal).Count());
                Assert.Equal(count, _answers.Distinct().Count());
            }
        }
    }
}
