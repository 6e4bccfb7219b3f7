namespace Captioning.Worker.Tests.Telemetry;

public sealed class MetricsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("captioning_image_queue_duration_seconds")]
    [InlineData("captioning_image_decode_duration_seconds")]
    [InlineData("captioning_batch_size")]
    [InlineData("captioning_batch_fill")]
    [InlineData("captioning_batch_duration_seconds")]
    [InlineData("captioning_encoder_duration_seconds")]
    [InlineData("captioning_decoder_duration_seconds")]
    [InlineData("captioning_speech_duration_seconds")]
    [InlineData("http_server_request_duration_seconds")]
    public async Task Metrics_AfterARequest_HaveHistogram(string name)
    {
        string metrics = await ScrapeAsync();

        Assert.Contains($"# TYPE {name} histogram\n", metrics, StringComparison.Ordinal);
        string[] buckets = Exposition.Lines(metrics, $"{name}_bucket");
        Assert.True(buckets.Length > 5, $"{name} has these buckets:\n{string.Join('\n', buckets)}");
        Assert.Contains(buckets, line => line.Contains("le=\"+Inf\"", StringComparison.Ordinal) && Exposition.Value(line) >= 1);
    }

    [Fact]
    public async Task Metrics_DurationBuckets_AreInSeconds()
    {
        string metrics = await ScrapeAsync();

        string[] bounds = [.. Exposition.Lines(metrics, "captioning_image_decode_duration_seconds_bucket").Where(line => line.Contains("png", StringComparison.Ordinal))];
        Assert.Contains(bounds, line => line.Contains("le=\"0.005\"", StringComparison.Ordinal));
        Assert.Contains(bounds, line => line.Contains("le=\"10\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("captioning_results_total", "captioning_outcome=\"captioned\"")]
    [InlineData("captioning_results_total", "error_type=\"NotFound\"")]
    [InlineData("captioning_cache_requests_total", "captioning_cache_result=\"miss\"")]
    [InlineData("captioning_model_info", "captioning_model_id=\"efficientnet-lite2-260-flickr8k\"")]
    [InlineData("dotnet_process_memory_working_set_bytes", "")]
    [InlineData("target_info", "service_name=\"captioning\"")]
    public async Task Metrics_AfterARequest_HaveSeries(string name, string label)
    {
        string metrics = await ScrapeAsync();

        Assert.Contains(Exposition.Lines(metrics, name), line => line.Contains(label, StringComparison.Ordinal) && Exposition.Value(line) >= 1);
    }

    private Task<string> ScrapeAsync() => service.Http.GetStringAsync("/metrics");
}
