using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Tests.Telemetry;

/// <summary>Takes what OTLP exporters send over HTTP and keeps it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string? ContentType, byte[] Body)> _requests = new();
    private readonly WebApplication _server;

    public OtlpCollector()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            _requests.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
        });
    }

    public string Endpoint => _server.Urls.Single();

    public Task StartAsync() => _server.StartAsync();

    /// <summary>Whether a request in protobuf came to a path and holds a text.</summary>
    public bool Received(string path, string text) => _requests.Any(request =>
        request.Path == path
        && request.ContentType == "application/x-protobuf"
        && request.Body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
