using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

/// <summary>
/// A network with a name service of the test's making. Connections to loopback addresses are real; a public address leads to
/// the loopback port that the test says, or nowhere.
/// </summary>
internal sealed class FakeNetwork(int? publicPort = null) : INetwork
{
    private readonly SystemNetwork _system = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<IPAddress[]>> _answers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every end point that somebody tried to connect to.</summary>
    public ConcurrentQueue<IPEndPoint> Attempts { get; } = [];

    /// <summary>How often a name was resolved.</summary>
    public int Resolutions { get; private set; }

    /// <summary>Gives a name its next addresses; the last are given for ever.</summary>
    public FakeNetwork With(string host, params string[] addresses)
    {
        _answers.GetOrAdd(host, _ => []).Enqueue([.. addresses.Select(IPAddress.Parse)]);
        return this;
    }

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Resolutions++;
        if (!_answers.TryGetValue(host.TrimEnd('.'), out ConcurrentQueue<IPAddress[]>? answers) || !answers.TryPeek(out IPAddress[]? addresses))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (answers.Count > 1)
        {
            answers.TryDequeue(out _);
        }

        return Task.FromResult(addresses);
    }

    public Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Attempts.Enqueue(endPoint);
        if (IPAddress.IsLoopback(endPoint.Address))
        {
            return _system.ConnectAsync(endPoint, cancellationToken);
        }

        return publicPort is { } port
            ? _system.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken)
            : throw new SocketException((int)SocketError.NetworkUnreachable);
    }
}
