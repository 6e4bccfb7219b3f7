using System.Text.Json;
using Captioning.Worker.Tests.Telemetry;

namespace Captioning.Worker.Tests.Broker;

/// <summary>What the bus counts. MassTransit counts for the first service of a process alone, hence in a program of its own.</summary>
[Collection(ProgramGroup.Name)]
public sealed class BusMetricsTests(ProgramFixture fixture)
{
    [Fact]
    public async Task Metrics_AfterARequest_HaveThoseOfMassTransit()
    {
        string address = $"http://127.0.0.1:{FreePorts.Take()}";
        await using CaptioningProgram worker = await fixture.ServeAsync(address);
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Node.Uri);
        ResultQueue results = await ResultQueue.BindAsync(client);

        await client.SendAsync("caption-image-json", JsonSerializer.SerializeToUtf8Bytes(new { requestId = "counted", image = SmallImages.Uri(9_500_000) }));

        await results.TakeAsync(client, requests: 1);

        // Messages are counted once they are acknowledged, which is after the answer.
        using HttpClient http = new();
        string consumed = await Poll.ForAsync("A count of consumed requests", async () =>
        {
            string metrics = await http.GetStringAsync($"{address}/metrics");
            return metrics.Split('\n').FirstOrDefault(line => line.StartsWith("messaging_masstransit_consume_ea_total{", StringComparison.Ordinal)
                && line.Contains("CaptionImage", StringComparison.Ordinal));
        });
        Assert.Matches("} [1-9]", consumed);
    }
}
