namespace Captioning.Worker.Tests.Telemetry;

public sealed class OtlpTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("/v1/metrics", "captioning.image.decode.duration")]
    [InlineData("/v1/metrics", "captioning.results")]
    [InlineData("/v1/traces", "Captioning.Inference")]
    [InlineData("/v1/traces", ServiceFixture.WorkerName)]
    [InlineData("/v1/traces", "POST /v1/captions")]
    public async Task Export_WithAnEndpoint_ReachesTheCollector(string path, string text) =>
        await Poll.ForAsync($"'{text}' at {path}", () => Task.FromResult(service.Collector.Received(path, text) ? text : null));
}
