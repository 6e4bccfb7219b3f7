using Captioning.Worker.Cli;
using Captioning.Worker.Messaging;
using Captioning.Worker.Tests.Cli;

namespace Captioning.Worker.Tests.Broker;

[Collection(ProgramGroup.Name)]
public sealed class NoWorkerTests(ProgramFixture fixture)
{
    [Fact]
    public async Task Enqueue_BrokerWithoutQueues_SaysWhatToStart()
    {
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Node.Uri);
        await DeleteAsync(client);
        TestTerminal terminal = new();

        int exit = await new CaptioningCli(terminal.Terminal, TimeProvider.System)
            .RunAsync(["enqueue", Repository.Samples, "--broker", fixture.Node.Uri.ToString()]);

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("run captioning serve --broker", terminal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_QueuesAreDeletedWhileItRuns_EndsAndSaysSo()
    {
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Node.Uri);
        await DeleteAsync(client);
        await client.Channel.QueueDeclareAsync(Topology.JsonInteractive, durable: true, exclusive: false, autoDelete: false);
        await client.Channel.QueueDeclareAsync(Topology.JsonBulk, durable: true, exclusive: false, autoDelete: false);
        await using BrokerClient asking = await BrokerClient.ConnectAsync(new BrokerOptions { Uri = fixture.Node.Uri.ToString() }, "answers", TimeProvider.System, CancellationToken.None);
        await DeleteAsync(client);

        await Assert.ThrowsAsync<UsageException>(() => asking.AskAsync(new() { RequestId = "1", Image = SmallImages.Uri(1) }, CancellationToken.None));
    }

    private static async Task DeleteAsync(JsonClient client)
    {
        await client.Channel.QueueDeleteAsync(Topology.JsonInteractive, ifUnused: false, ifEmpty: false);
        await client.Channel.QueueDeleteAsync(Topology.JsonBulk, ifUnused: false, ifEmpty: false);
    }
}
