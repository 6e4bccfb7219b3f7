using System.Net;
using System.Net.Sockets;

namespace Captioning.Worker.Sources;

/// <summary>
/// Connects to a host at exactly the addresses that were checked: a name that is resolved again for connecting could stand for
/// another address by then (DNS rebinding).
/// </summary>
internal sealed class CheckedConnector(UrlPolicy policy, INetwork network)
{
    /// <exception cref="ForbiddenAddressException">An address of the host may not be contacted; none was.</exception>
    /// <exception cref="SocketException">The host has no address, or nobody answers at any.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint host = context.DnsEndPoint;
        IPAddress[] addresses = IPAddress.TryParse(host.Host, out IPAddress? literal)
            ? [literal]
            : await network.ResolveAsync(host.Host, cancellationToken);

        // A name with public and private addresses is an attack or a mistake.
        if (!Array.TrueForAll(addresses, address => policy.MayContact(host.Host, host.Port, address)))
        {
            throw new ForbiddenAddressException();
        }

        SocketException failure = new((int)SocketError.HostNotFound);
        foreach (IPAddress address in addresses)
        {
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, host.Port), cancellationToken);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw failure;
    }
}
