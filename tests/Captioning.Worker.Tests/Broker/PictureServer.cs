using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Broker;

/// <summary>A web server with pictures, which can be out of order.</summary>
internal sealed class PictureServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);

    public PictureServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapGet("/{name}", Get);
    }

    /// <summary>Host and port.</summary>
    public string Host => new Uri(_server.Urls.Single()).Authority;

    /// <summary>How often each name was asked for.</summary>
    public ConcurrentDictionary<string, int> Requests { get; } = new(StringComparer.Ordinal);

    public Task StartAsync() => _server.StartAsync();

    /// <summary>A picture that the server cannot give the first times.</summary>
    public string Url(string name, int failures)
    {
        _failures[name] = failures;
        return $"http://{Host}/{name}";
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private IResult Get(string name)
    {
        int requests = Requests.AddOrUpdate(name, 1, (_, count) => count + 1);
        return !_failures.TryGetValue(name, out int failures) ? TypedResults.NotFound()
            : requests <= failures ? TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Bytes(SmallImages.Bmp(name.Length), "image/bmp");
    }
}
