using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Captioning.Worker.Hosting;
using Captioning.Worker.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Http;

/// <summary>The service without a broker, with the repository's model and voice, on a port of its own.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _service;

    private ApiHost(WebApplication service, TemporaryFolder folder)
    {
        _service = service;
        _folder = folder;
        Client = NewClient();
    }

    /// <summary>A client that waits as long as it takes.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _service.Services;

    public Uri Address => new(_service.Urls.Single());

    /// <summary>Where feedback is kept.</summary>
    public string FeedbackFolder => _folder.Under("feedback");

    /// <param name="settings">Settings besides, or instead of those for all tests.</param>
    /// <param name="time">The clock; the system's where null.</param>
    /// <param name="ready">Whether to wait until there is an engine.</param>
    public static async Task<ApiHost> StartAsync(IEnumerable<(string Key, string Value)>? settings = null, TimeProvider? time = null, bool ready = true)
    {
        TemporaryFolder folder = new();
        Dictionary<string, string?> all = new(StringComparer.OrdinalIgnoreCase)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Captioning:Engine:Models"] = Repository.Models,
            ["Captioning:Engine:Voices"] = Repository.Voices,
            ["Captioning:Engine:Device"] = "cpu",
            ["Captioning:Audio:Location"] = folder.Under("audio"),
            ["Captioning:Http:Feedback:Folder"] = folder.Under("feedback"),
        };
        foreach ((string key, string value) in settings ?? [])
        {
            all[key] = value;
        }

        WebApplication service = ServiceHost.Create(all, logging => logging.SetMinimumLevel(LogLevel.None), time ?? TimeProvider.System);
        await service.StartAsync();
        ApiHost host = new(service, folder);
        if (ready)
        {
            EngineHost engines = service.Services.GetRequiredService<EngineHost>();
            await Poll.ForAsync("An engine", () => Task.FromResult(engines.Current));
        }

        return host;
    }

    /// <summary>Settings that let images be read from a server of the tests.</summary>
    public static (string Key, string Value) Reads(Sources.LoopbackServer server) => ("Captioning:Sources:Http:InternalHosts:0", $"127.0.0.1:{server.Port}");

    public HttpClient NewClient() => new() { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Posts one image as it is.</summary>
    public Task<HttpResponseMessage> PostAsync(byte[] image, string query = "") =>
        Client.PostAsync($"/v1/captions{query}", Image(image));

    /// <summary>Posts JSON.</summary>
    public Task<HttpResponseMessage> PostAsync(object json, string path = "/v1/captions") => Client.PostAsJsonAsync(path, json);

    public static ByteArrayContent Image(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    /// <summary>A form: each field is text or an image with its file name.</summary>
    public static MultipartFormDataContent Form(params (string Field, object Value)[] fields)
    {
        MultipartFormDataContent form = new();
        foreach ((string field, object value) in fields)
        {
            if (value is (string name, byte[] bytes))
            {
                form.Add(Image(bytes), field, name);
            }
            else
            {
                form.Add(new StringContent((string)value), field);
            }
        }

        return form;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _service.StopAsync();
        await _service.DisposeAsync();
        _folder.Dispose();
    }
}
