using System.Net;
using System.Text.RegularExpressions;

namespace Captioning.Worker.Sources;

/// <summary>Which URLs may be requested, and which addresses may be contacted for them.</summary>
internal sealed class UrlPolicy
{
    // Stricter than RFC 3986: parsers disagree about what else an authority may hold, and attacks live on that.
    private static readonly Regex PlainAuthority = new(@"^https?://(?:[A-Z0-9._-]+|\[[0-9A-F:.]+\])(?::[0-9]{1,5})?(?:[/?#]|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private readonly List<HostPattern> _internalHosts;
    private readonly HashSet<int> _ports;
    private readonly bool _publicHosts;

    public UrlPolicy(HttpSourceOptions options)
    {
        _internalHosts = [.. options.InternalHosts.Select(host => HostPattern.Parse(host)!)];
        _ports = [80, 443, .. options.FurtherPorts];
        _publicHosts = options.PublicHosts;
    }

    /// <summary>Checks all that the text of a URL tells.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="uri">The URL as it may be requested; null where it may not.</param>
    /// <returns>Why it may not be requested, as the rest of a sentence; null where it may.</returns>
    public string? Refuse(string url, out Uri? uri)
    {
        uri = null;
        if (!PlainAuthority.IsMatch(url) || !Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed))
        {
            return "is not a plain http: or https: URL: it must have a host in ASCII, and neither user name nor password.";
        }

        bool listed = _internalHosts.Any(pattern => pattern.Matches(parsed.IdnHost));
        if (!listed && !_publicHosts)
        {
            return "is on a host that this worker does not read from.";
        }

        if (!_ports.Contains(parsed.Port) && !_internalHosts.Any(pattern => pattern.Port == parsed.Port && pattern.Matches(parsed.IdnHost)))
        {
            return $"is on port {parsed.Port}, which this worker does not contact.";
        }

        uri = parsed;
        return null;
    }

    /// <summary>Whether a redirect leads from https to http, where anybody on the way could exchange the image.</summary>
    public static bool LosesEncryption(Uri from, Uri to) => from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps;

    /// <summary>Whether a host may be contacted at an address that its name stands for.</summary>
    public bool MayContact(string host, int port, IPAddress address) => AddressScopes.Of(address) switch
    {
        AddressScope.Public => true,
        AddressScope.Private => _internalHosts.Any(pattern => pattern.Matches(host) && (pattern.Port ?? port) == port),
        _ => false,
    };
}
