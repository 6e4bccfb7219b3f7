using System.Net;
using System.Net.Http.Headers;
using Captioning.Worker.Cli;
using Captioning.Worker.Http;
using Captioning.Worker.Tests.Broker;

namespace Captioning.Worker.Tests.Http.Security;

[Collection(HttpGroup.Name)]
public sealed class SecurityTests(HttpFixture http)
{
    private const string Key = "0123456789abcdef";

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/v1/status", HttpStatusCode.OK)]
    [InlineData("/v1/samples/coffee.png", HttpStatusCode.OK)]
    [InlineData("/v1/captions/none", HttpStatusCode.NotFound)]
    [InlineData("/none", HttpStatusCode.NotFound)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    public async Task Get_Anything_HasHeadersThatKeepItToItself(string path, HttpStatusCode status)
    {
        using HttpResponseMessage response = await http.Api.Client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
            + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
            response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.NotNull(response.Headers.CacheControl);
        Assert.Empty(response.Headers.Server);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("captioning.localhost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:80", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("192.168.1.1", HttpStatusCode.MisdirectedRequest)]
    public async Task Get_ByOtherNameOfTheLoopbackInterface_IsRefused(string host, HttpStatusCode status)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/status");
        request.Headers.Host = host;
        using HttpResponseMessage response = await http.Api.Client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.OK)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "SELF", HttpStatusCode.OK)]
    [InlineData("Origin", "http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    public async Task Post_FromAPageOfAnotherOrigin_IsRefused(string header, string value, HttpStatusCode status)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/captions") { Content = ApiHost.Image(SmallImages.Bmp(1)) };
        request.Headers.Add(header, value == "SELF" ? http.Api.Address.GetLeftPart(UriPartial.Authority) : value);
        using HttpResponseMessage response = await http.Api.Client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Get_HostsThatAreConfigured_AreServed()
    {
        await using ApiHost api = await ApiHost.StartAsync([("AllowedHosts", "captions.example")], ready: false);
        foreach ((string host, HttpStatusCode status) in new[] { ("captions.example", HttpStatusCode.OK), ("evil.example", HttpStatusCode.BadRequest) })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/voices");
            request.Headers.Host = host;
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task Keys_WhereThereAreSome_AreNeededForTheApiAlone()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("keys", "# The other team\n\n  fedcba9876543210  \n"u8.ToArray());
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Http:ApiKeys:0", Key), ("Captioning:Http:ApiKeyFile", file)], ready: false);

        Assert.Equal(HttpStatusCode.OK, await GetAsync("/", null));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/health/live", null));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/samples", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/voices", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/voices", new("Bearer", "0123456789abcdeF")));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/voices", new("Bearer", string.Empty)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/voices", new("Basic", Key)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/voices", new("Bearer", Key)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/voices", new("bearer", "fedcba9876543210")));
        using (HttpRequestMessage request = new(HttpMethod.Get, "/v1/voices") { Headers = { { "X-Api-Key", Key } } })
        {
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using HttpResponseMessage denied = await api.PostAsync(SmallImages.Bmp(1));
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (denied.StatusCode, denied.Headers.WwwAuthenticate.ToString()));
        Assert.Equal("InvalidRequest", (await ApiHost.JsonAsync(denied)).GetProperty("reason").GetString());

        async Task<HttpStatusCode> GetAsync(string path, AuthenticationHeaderValue? key)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { Authorization = key } };
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("Captioning:Http:ApiKeys:0", "short", "a key of less than 16 characters")]
    [InlineData("Captioning:Http:ApiKeyFile", "/none/keys", "'/none/keys'; it cannot be read")]
    [InlineData("Captioning:Http:ApiKeyFile", "/dev/null", "'/dev/null'; there is no key in it")]
    public async Task Keys_ThatAreWrong_StopTheStart(string setting, string value, string problem)
    {
        UsageException e = await Assert.ThrowsAsync<UsageException>(() => ApiHost.StartAsync([(setting, value)]));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindErrors_Defaults_AreRight() => Assert.Empty(new HttpOptions().FindErrors());

    [Fact]
    public void FindErrors_EverythingWrong_TellsAll()
    {
        HttpOptions options = new()
        {
            MaxUploadBytes = 1,
            MaxImages = 0,
            RequestTimeout = TimeSpan.Zero,
            Concurrency = 0,
            ClientConcurrency = 0,
            ClientRequestsPerMinute = -1,
            MaxQueuedImages = 0,
            UploadMemory = 0,
            CaptionMemory = 0,
            ImageMemory = -1,
            SpeechMemory = -1,
            MaxSpeechCharacters = 0,
            Lifetime = TimeSpan.Zero,
            Feedback = { Folder = " ", MaxImageBytes = -1 },
        };

        Assert.Equal(15, options.FindErrors().Count);
    }
}
