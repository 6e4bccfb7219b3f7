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
        string[] buckets = [.. Lines(metrics, $"{name}_bucket")];
        Assert.True(buckets.Length > 5, $"{name} has these buckets:\n{string.Join('\n', buckets)}");
        Assert.Contains(buckets, line => line.Contains("le=\"+Inf\"", StringComparison.Ordinal) && Value(line) >= 1);
    }

    [Fact]
    public async Task Metrics_DurationBuckets_AreInSeconds()
    {
        string metrics = await ScrapeAsync();

        string[] bounds = [.. Lines(metrics, "captioning_image_decode_duration_seconds_bucket").Where(line => line.Contains("png", StringComparison.Ordinal))];
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

        Assert.Contains(Lines(metrics, name), line => line.Contains(label, StringComparison.Ordinal) && Value(line) >= 1);
    }

    [Fact]
    public async Task Metrics_OnceAllIsAnswered_CountNoImagesInTheEngine()
    {
        string metrics = await Poll.ForAsync("An idle engine", async () =>
        {
            string text = await ScrapeAsync();
            string[] images = [.. Lines(text, "captioning_engine_images")];
            return images.Length > 0 && Array.TrueForAll(images, line => Value(line) == 0) ? text : null;
        });

        Assert.Contains("captioning_stage=\"batch\"", metrics, StringComparison.Ordinal);
    }

    private Task<string> ScrapeAsync() => service.Http.GetStringAsync("/metrics");

    private static IEnumerable<string> Lines(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal));

    // A time stamp may follow.
    private static double Value(string line) =>
        double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
