using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

/// <summary>As much of S3 as reading and writing single objects takes, with the bucket in the path.</summary>
internal sealed class FakeS3 : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly TemporaryFolder _keys = new();

    public FakeS3()
    {
        _server = new LoopbackServer(AnswerAsync);
        Options = new S3Options
        {
            ServiceUrl = _server.Url(string.Empty),
            ForcePathStyle = true,
            AccessKeyFile = _keys.File("access", "test-access\n"u8.ToArray()),
            SecretKeyFile = _keys.File("secret", "test-secret\n"u8.ToArray()),
            Retries = 0,
        };
        Client = S3Clients.Create(Options);
    }

    public S3Options Options { get; }

    public IAmazonS3 Client { get; }

    /// <summary>Objects by their path, percent-decoded: "/bucket/key".</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = [];

    /// <summary>The media types of objects that were written.</summary>
    public ConcurrentDictionary<string, string?> Types { get; } = [];

    /// <summary>An answer to every request instead of the right one: status and S3's error code.</summary>
    public (string Status, string Code)? Failure { get; set; }

    /// <summary>Whether objects can be written on the condition that there is none.</summary>
    public bool ConditionalWrites { get; set; } = true;

    public int Requests => _server.Targets.Count;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _keys.Dispose();
    }

    // The client compares it with what it received.
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "S3 defines it so.")]
    private static string Tag(byte[] content) => $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";

    private Task AnswerAsync(LoopbackServer.Request request, Stream stream, CancellationToken cancellationToken)
    {
        Task Error(string status, string code) => LoopbackServer.RespondAsync(
            stream, $"{status}\r\nContent-Type: application/xml", Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code></Error>"), cancellationToken);

        string path = Uri.UnescapeDataString(request.Target.Split('?')[0]);
        if (Failure is { } failure)
        {
            return Error(failure.Status, failure.Code);
        }

        if (request.Header("Authorization")?.Contains("Credential=test-access/", StringComparison.Ordinal) != true)
        {
            return Error("403 Forbidden", "AccessDenied");
        }

        if (request.Method == "PUT")
        {
            if (request.Header("If-None-Match") is not null && !ConditionalWrites)
            {
                return Error("501 Not Implemented", "NotImplemented");
            }

            if (request.Header("If-None-Match") == "*" && Objects.ContainsKey(path))
            {
                return Error("412 Precondition Failed", "PreconditionFailed");
            }

            Objects[path] = request.Body;
            Types[path] = request.Header("Content-Type");
            return LoopbackServer.RespondAsync(stream, $"200 OK\r\nContent-Length: 0\r\nETag: {Tag(request.Body)}", default, cancellationToken);
        }

        if (request.Header("Range") is { } range && Objects.TryGetValue(path, out byte[]? whole))
        {
            RangeItemHeaderValue part = RangeHeaderValue.Parse(range).Ranges.Single();
            byte[] bytes = whole[(int)part.From!..Math.Min(whole.Length, (int)part.To! + 1)];
            return LoopbackServer.RespondAsync(stream, $"206 Partial Content\r\nContent-Length: {bytes.Length}\r\nETag: {Tag(whole)}", bytes, cancellationToken);
        }

        return Objects.TryGetValue(path, out byte[]? content)
            ? LoopbackServer.RespondAsync(stream, $"200 OK\r\nContent-Length: {content.Length}\r\nETag: {Tag(content)}", content, cancellationToken)
            : Error("404 Not Found", "NoSuchKey");
    }
}
