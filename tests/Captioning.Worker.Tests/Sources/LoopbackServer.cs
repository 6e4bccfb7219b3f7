using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Captioning.Worker.Tests.Sources;

/// <summary>An HTTP/1.1 server on the loopback interface that answers one request per connection, byte by byte as the test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Request, Stream, CancellationToken, Task> _answer;
    private readonly Task _accepting;
    private int _accepted;

    public LoopbackServer(Func<Request, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>A server that gives every request the same answer.</summary>
    public LoopbackServer(string head, byte[]? body = null)
        : this((_, stream, token) => RespondAsync(stream, head, body ?? [], token))
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _accepted);

    /// <summary>The targets of the requests in the order they came in.</summary>
    public ConcurrentQueue<string> Targets { get; } = [];

    public string Url(string target) => $"http://127.0.0.1:{Port}{target}";

    /// <summary>Writes an answer: a status with headers ("200 OK\r\nName: value"), without a length unless the headers have one.</summary>
    public static async Task RespondAsync(Stream stream, string head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private static async Task<string> HeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, cancellationToken) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException && _stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using NetworkStream stream = client.GetStream();
                string head = await HeadAsync(stream, _stop.Token);
                if (head.Length == 0)
                {
                    return;
                }

                if (head.Contains("\r\nExpect: 100-continue", StringComparison.OrdinalIgnoreCase))
                {
                    await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
                }

                byte[] body = new byte[int.Parse(Request.HeaderOf(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture)];
                await stream.ReadExactlyAsync(body, _stop.Token);
                string[] line = head.Split(' ', 3);
                Targets.Enqueue(line[1]);
                await _answer(new Request(line[0], line[1], head, body), stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    internal sealed record Request(string Method, string Target, string Head, byte[] Body)
    {
        public string? Header(string name) => HeaderOf(Head, name);

        public static string? HeaderOf(string head, string name) => head.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
    }
}
