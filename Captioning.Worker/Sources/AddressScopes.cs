using System.Net;
using System.Net.Sockets;

namespace Captioning.Worker.Sources;

/// <summary>
/// Tells public addresses from others, by IANA's registries of special-purpose addresses
/// (https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry).
/// </summary>
internal static class AddressScopes
{
    private static readonly IPNetwork[] Metadata =
    [
        IPNetwork.Parse("168.63.129.16/32"), // Azure
        IPNetwork.Parse("100.100.100.200/32"), // Alibaba
        IPNetwork.Parse("fd00:ec2::/32"), // AWS
        IPNetwork.Parse("fd20:ce::254/128"), // Google
    ];

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), // shared by a carrier's customers
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
    ];

    private static readonly IPNetwork[] ReservedIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), // link-local
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] ReservedGlobalUnicast =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, Teredo
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static AddressScope Of(IPAddress address)
    {
        IPAddress embedded = Embedded(address);
        if (Any(Metadata, embedded))
        {
            return AddressScope.Reserved;
        }

        if (Any(Private, embedded))
        {
            return AddressScope.Private;
        }

        bool isPublic = embedded.AddressFamily == AddressFamily.InterNetwork
            ? !Any(ReservedIPv4, embedded)
            : GlobalUnicast.Contains(embedded) && !Any(ReservedGlobalUnicast, embedded);
        return isPublic ? AddressScope.Public : AddressScope.Reserved;
    }

    /// <summary>The IPv4 address that packets to an IPv6 address end up at, where there is one.</summary>
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address)
            ? new IPAddress(address.GetAddressBytes().AsSpan(12))
            : address;
    }

    private static bool Any(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));
}
