using System.Text.Json;
using Captioning.Worker.Tests.Telemetry;

namespace Captioning.Worker.Tests.Broker;

/// <summary>
/// Metrics that are those of a whole process, hence of a program of its own: MassTransit counts for the first service of a process
/// alone, and the images of all its engines are counted together, those of other tests among them.
/// </summary>
[Collection(ProgramGroup.Name)]
public sealed class ProgramMetricsTests(ProgramFixture fixture)
{
    [Fact]
    public async Task Metrics_AfterARequest_CountItOnTheBusAndNoImagesInTheEngine()
    {
        string address = $"http://127.0.0.1:{FreePorts.Take()}";
        await using CaptioningProgram worker = await fixture.ServeAsync(address);
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Node.Uri);
        ResultQueue results = await ResultQueue.BindAsync(client);

        await client.SendAsync("caption-image-json", JsonSerializer.SerializeToUtf8Bytes(new { requestId = "counted", image = SmallImages.Uri(9_500_000) }));

        await results.TakeAsync(client, requests: 1);

        // Messages are counted once they are acknowledged, which is after the answer.
        using HttpClient http = new() { BaseAddress = new Uri(address) };
        await Poll.ForAsync("A count of consumed requests", () => FindAsync(
            http, "messaging_masstransit_consume_ea_total", lines => lines.Any(line => line.Contains("CaptionImage", StringComparison.Ordinal) && Exposition.Value(line) >= 1)));
        string[] images = await Poll.ForAsync("An idle engine", () => FindAsync(
            http, "captioning_engine_images", lines => lines.Length > 0 && lines.All(line => Exposition.Value(line) == 0)));
        Assert.Contains(images, line => line.Contains("captioning_stage=\"batch\"", StringComparison.Ordinal));
    }

    private static async Task<string[]?> FindAsync(HttpClient http, string metric, Predicate<string[]> found)
    {
        string[] lines = Exposition.Lines(await http.GetStringAsync("/metrics"), metric);
        return found(lines) ? lines : null;
    }
}
