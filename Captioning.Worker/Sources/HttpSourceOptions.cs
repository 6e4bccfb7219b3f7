namespace Captioning.Worker.Sources;

/// <summary>
/// Which web servers images are read from. Whoever writes a request chooses the URL, so that only public addresses are
/// contacted unless a host is listed here. Proxies are never used.
/// </summary>
internal sealed class HttpSourceOptions
{
    /// <summary>Whether hosts that are not in <see cref="InternalHosts"/> are read from, at public addresses. Default true.</summary>
    public bool PublicHosts { get; set; } = true;

    /// <summary>
    /// Hosts that may have private addresses (loopback, 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7): <c>photos</c>,
    /// <c>photos:8080</c>, <c>10.1.2.3</c>, <c>[fd00::7]:8080</c> or <c>*.photos.internal</c> for every host below a
    /// domain. Link-local and cloud metadata addresses stay forbidden for them too. Default: none.
    /// </summary>
    public IList<string> InternalHosts { get; } = [];

    /// <summary>Ports that any host may be contacted on, besides 80, 443 and the port of an entry of <see cref="InternalHosts"/>. Default: none.</summary>
    public IList<int> FurtherPorts { get; } = [];

    /// <summary>
    /// Redirects that are followed for one image. Each is checked like the URL itself, and none leads from https to http.
    /// From 0 to 20; default 5.
    /// </summary>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>How long a server may take until its headers are there, connecting included. More than zero, at most one hour; default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        errors.AddRange(InternalHosts
            .Where(host => HostPattern.Parse(host) is null)
            .Select(host => $"{nameof(InternalHosts)} has '{host}'; it must be a host such as 'photos', 'photos:8080' or '*.photos.internal'."));
        errors.AddRange(FurtherPorts
            .Where(port => port is < 1 or > ushort.MaxValue)
            .Select(port => $"{nameof(FurtherPorts)} has {port}; it must be from 1 to {ushort.MaxValue}."));
        if (MaxRedirects is < 0 or > 20)
        {
            errors.Add($"{nameof(MaxRedirects)} is {MaxRedirects}; it must be from 0 to 20.");
        }

        if (HeaderTimeout <= TimeSpan.Zero || HeaderTimeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{nameof(HeaderTimeout)} is {HeaderTimeout}; it must be more than 00:00:00 and at most 01:00:00.");
        }

        return errors;
    }
}
