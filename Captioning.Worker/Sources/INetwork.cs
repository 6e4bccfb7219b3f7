using System.Net;

namespace Captioning.Worker.Sources;

/// <summary>The name service and the sockets that <see cref="HttpSource"/> uses.</summary>
internal interface INetwork
{
    /// <summary>All addresses of a host name.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There are none, or the name service does not answer.</exception>
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Opens a TCP connection.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody answers there.</exception>
    public Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken);
}
