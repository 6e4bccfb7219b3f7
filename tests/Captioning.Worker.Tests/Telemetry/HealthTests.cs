using System.Net;
using System.Text.Json.Nodes;
using Captioning.Worker.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Telemetry;

public sealed class HealthTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Live_Always_IsHealthy()
    {
        using HttpResponseMessage response = await service.Http.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", (string?)(await JsonAsync(response))["status"]);
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("audio-store")]
    [InlineData("masstransit-bus")]
    public async Task Ready_WhereAllWorks_NamesEachCheck(string check)
    {
        using HttpResponseMessage response = await service.Http.GetAsync("/health/ready");

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        JsonNode health = await JsonAsync(response);
        Assert.Equal("Healthy", (string?)health["status"]);
        Assert.Equal("Healthy", (string?)health["checks"]![check]!["status"]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Ready_WithoutModelAndStore_SaysWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        string file = folder.Under("file");
        await File.WriteAllTextAsync(file, string.Empty);
        await using WebApplication broken = ServiceHost.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Captioning:Engine:Models"] = folder.Under("none"),
                ["Captioning:Engine:Device"] = "cpu",
                ["Captioning:Audio:Location"] = Path.Join(file, "audio"),
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await broken.StartAsync();
        using HttpClient http = new() { BaseAddress = new Uri(broken.Urls.Single()) };

        using HttpResponseMessage ready = await http.GetAsync("/health/ready");
        using HttpResponseMessage live = await http.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        JsonNode checks = (await JsonAsync(ready))["checks"]!;
        Assert.Equal("Unhealthy", (string?)checks["engine"]!["status"]);
        Assert.Equal("Unhealthy", (string?)checks["audio-store"]!["status"]);
        Assert.Contains("could not be written", (string?)checks["audio-store"]!["description"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        await broken.StopAsync();
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
}
