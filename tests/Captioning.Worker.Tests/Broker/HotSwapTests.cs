using System.Collections.Concurrent;
using Captioning.Contracts;
using Captioning.Inference.Models;
using Captioning.Worker.Cli;
using Captioning.Worker.Hosting;
using Captioning.Worker.Messaging;
using Captioning.Worker.Tests.Cli;
using Captioning.Worker.Tests.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Broker;

/// <summary>A worker whose model is replaced while it answers requests.</summary>
[Collection(ProgramGroup.Name)]
public sealed class HotSwapTests(ProgramFixture fixture) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<JsonClient.Reply> _replies = [];
    private ModelVersions _versions = null!;
    private WebApplication _service = null!;
    private JsonClient _client = null!;

    private EngineHost Engines => _service.Services.GetRequiredService<EngineHost>();

    public async Task InitializeAsync()
    {
        _versions = new ModelVersions(TinyModel.Write(_folder.Under("models", "tiny"), "1.0.0"));
        _service = ServiceHost.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Captioning:Broker:Uri"] = fixture.Node.Uri.ToString(),
                ["Captioning:Engine:Models"] = _folder.Under("models"),
                ["Captioning:Engine:Model"] = "tiny",
                ["Captioning:Engine:Device"] = "cpu",
                ["Captioning:Engine:WatchInterval"] = "1.00:00:00",
                ["Captioning:Audio:Location"] = _folder.Under("audio"),
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await _service.StartAsync();
        using CancellationTokenSource timeout = new(RabbitMqFixture.Patience);
        await _service.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, timeout.Token);
        _client = await JsonClient.ConnectAsync(fixture.Node.Uri);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _service.StopAsync();
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ModelIsPublished50TimesUnderLoad_NoRequestFails()
    {
        const int Swaps = 50;
        using CancellationTokenSource enough = new();
        Task load = Task.WhenAll(Enumerable.Range(0, 8).Select(client => AskAsync(client, enough.Token)));

        for (int swap = 1; swap <= Swaps; swap++)
        {
            string version = _versions.Publish(TinyModel.Write(_folder.Under("staged"), $"1.0.{swap}"), keep: 3);
            await TellAsync(version);
            await ServesAsync(version);
            int replies = _replies.Count;
            await Poll.ForAsync("a reply", () => Task.FromResult<object?>(_replies.Count > replies ? this : null));
        }

        await enough.CancelAsync();
        await load;

        Assert.All(_replies, reply => Assert.Equal("ImageCaptioned", reply.Type));
        string[] served = [.. _replies.Select(reply => reply.Json.GetProperty("model").GetProperty("version").GetString()!).Distinct(StringComparer.Ordinal)];
        Assert.Contains($"1.0.{Swaps}", served);
        Assert.InRange(served.Length, Swaps / 2, Swaps + 1);
        Assert.Equal(["1.0.0", "1.0.47", "1.0.48", "1.0.49", "1.0.50"], _versions.List());
        Assert.Equal(0u, await _client.MessagesAsync($"{Topology.JsonBulk}_error"));
    }

    [Fact]
    public async Task DamagedModel_NeverServesAndRaisesAnAlarmUntilItIsRolledBack()
    {
        string damaged = TinyModel.Write(_folder.Under("models", "tiny", "1.0.1"), "1.0.1");
        await File.WriteAllTextAsync(Path.Join(damaged, "vocabulary.txt"), "damaged");
        _versions.Use("1.0.1");
        await TellAsync("1.0.1");

        await AlarmAsync("1");
        Assert.Equal("1.0.0", Engines.Current?.Manifest.Version);
        JsonClient.Reply reply = await _client.AskAsync(Topology.JsonBulk, new { requestId = "after", image = SmallImages.Uri(1) });
        Assert.Equal("1.0.0", reply.Json.GetProperty("model").GetProperty("version").GetString());

        TestTerminal terminal = new();
        int exit = await new CaptioningCli(terminal.Terminal, TimeProvider.System).RunAsync(["models", "rollback", "tiny", "1.0.0", "--models", _folder.Under("models")]);
        Assert.Equal((ExitCode.Success, string.Empty), (exit, terminal.Errors));
        await TellAsync("1.0.0");
        await AlarmAsync("0");
    }

    private async Task AskAsync(int client, CancellationToken cancellationToken)
    {
        for (int i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            int number = (client * 1_000_000) + i;
            _replies.Add(await _client.AskAsync(Topology.JsonBulk, new { requestId = $"swap/{number}", image = SmallImages.Uri(number) }));
        }
    }

    private Task TellAsync(string version) => _service.Services.GetRequiredService<IBus>().Publish(
        new ModelPublished { Model = new ModelReference("tiny", version), Time = TimeProvider.System.GetUtcNow() });

    private async Task ServesAsync(string version) => await Poll.ForAsync(version, () => Task.FromResult(Engines.Current is { } engine && engine.Manifest.Version == version ? engine : null));

    private async Task AlarmAsync(string value) => await Poll.ForAsync($"captioning_model_rejected {value}", async () =>
    {
        using HttpClient http = new();
        string metrics = await http.GetStringAsync(new Uri($"{_service.Urls.Single()}/metrics"));
        return metrics.Split('\n').FirstOrDefault(line => line.StartsWith("captioning_model_rejected", StringComparison.Ordinal)
            && line.Contains($"}} {value}", StringComparison.Ordinal));
    });
}
