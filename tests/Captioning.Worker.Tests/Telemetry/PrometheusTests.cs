using System.Text.Json.Nodes;

namespace Captioning.Worker.Tests.Telemetry;

public sealed class PrometheusTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Prometheus_ScrapingTheService_HasItsSeries()
    {
        await using PrometheusServer prometheus = new(service.Address);

        JsonNode target = await Poll.ForAsync("A healthy target", async () =>
            (await prometheus.GetAsync("targets"))?["data"]!["activeTargets"]!.AsArray().SingleOrDefault(t => (string?)t!["health"] == "up"));
        Assert.Equal(string.Empty, (string?)target["lastError"]);

        foreach (string query in (string[])[
            "captioning_results_total{captioning_outcome=\"captioned\"} >= 1",
            "captioning_model_info == 1",
            "histogram_quantile(0.9, sum by (le) (captioning_image_decode_duration_seconds_bucket)) > 0",
            "histogram_quantile(0.9, sum by (le) (captioning_encoder_duration_seconds_bucket)) > 0",
            "captioning_batch_size_count >= 1",
            "captioning_speech_duration_seconds_count >= 1"])
        {
            await Poll.ForAsync(query, async () =>
                (await prometheus.GetAsync($"query?query={Uri.EscapeDataString(query)}"))?["data"]!["result"]!.AsArray().FirstOrDefault());
        }
    }
}
