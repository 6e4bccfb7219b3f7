using System.Text.RegularExpressions;

namespace Captioning.Worker.Sources;

/// <summary>An entry of a list of hosts.</summary>
/// <param name="Host">The host in lower case, an IPv6 address without its brackets.</param>
/// <param name="Below">Whether the entry stands for every host below this domain, and not for the domain itself.</param>
/// <param name="Port">The one port that the entry is about; null for the usual ones.</param>
internal sealed record HostPattern(string Host, bool Below, int? Port)
{
    private const string Wildcard = "*.";
    private static readonly Regex HostAndPort = new(@"^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>Reads an entry; null where it is none.</summary>
    public static HostPattern? Parse(string entry)
    {
        bool below = entry.StartsWith(Wildcard, StringComparison.Ordinal);
        string host = below ? entry[Wildcard.Length..] : entry;
        if (!HostAndPort.IsMatch(host) || !Uri.TryCreate($"http://{host}", UriKind.Absolute, out Uri? uri))
        {
            return null;
        }

        bool hasPort = host.LastIndexOf(':') > host.LastIndexOf(']');
        return new HostPattern(Normal(uri.IdnHost), below, hasPort ? uri.Port : null);
    }

    /// <summary>Whether a host of a parsed URL is meant, whatever the port.</summary>
    public bool Matches(string host)
    {
        string normal = Normal(host);
        return Below ? normal.EndsWith('.' + Host, StringComparison.Ordinal) : normal == Host;
    }

    // A name with a dot at its end is the same name, spelt in full.
    private static string Normal(string host) => host.TrimEnd('.').ToLowerInvariant();
}
