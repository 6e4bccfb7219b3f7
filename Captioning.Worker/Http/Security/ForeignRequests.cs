using System.Net;
using Captioning.Contracts;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;

namespace Captioning.Worker.Http.Security;

/// <summary>
/// Refuses what web pages of other sites send with the help of somebody's browser, which reaches services on the loopback
/// interface that nobody else can.
/// </summary>
internal static class ForeignRequests
{
    /// <summary>The host names that are served, separated by semicolons: ASP.NET Core's own setting.</summary>
    public const string HostsKey = "AllowedHosts";

    /// <summary>
    /// Refuses requests to a name that only points to the loopback interface (DNS rebinding), unless the setting says which names
    /// are served, and requests that change something from pages of another origin.
    /// </summary>
    public static void RefuseForeignRequests(this IApplicationBuilder application, IConfiguration configuration)
    {
        bool anyHost = !string.IsNullOrWhiteSpace(configuration[HostsKey]);
        application.Use((http, next) =>
            !anyHost && !IsOwnHost(http) ? Problems.WriteAsync(http, WrongHost(http.Request.Host))
            : !IsSafe(http.Request.Method) && !IsOwnOrigin(http.Request) ? Problems.WriteAsync(http, WrongOrigin())
            : next(http));
    }

    private static bool IsOwnHost(HttpContext http)
    {
        if (http.Connection.LocalIpAddress is not { } address || !IPAddress.IsLoopback(address) || !http.Request.Host.HasValue)
        {
            return true;
        }

        string host = http.Request.Host.Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out IPAddress? literal) && IPAddress.IsLoopback(literal));
    }

    /// <summary>Browsers of today say where a request comes from; older ones name the origin; other programs say neither.</summary>
    private static bool IsOwnOrigin(HttpRequest request)
    {
        string? site = request.Headers["Sec-Fetch-Site"];
        if (!string.IsNullOrEmpty(site))
        {
            return site is "same-origin" or "none";
        }

        string? origin = request.Headers.Origin;
        return string.IsNullOrEmpty(origin)
            || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static ProblemDetails WrongHost(HostString host) => Problems.Of(
        FailureReason.InvalidRequest,
        $"This worker does not serve the host '{SourceName.Printable(host.Value!)}'. Whoever runs it can name the hosts that it serves with {HostsKey}.",
        status: StatusCodes.Status421MisdirectedRequest);

    private static ProblemDetails WrongOrigin() => Problems.Of(
        FailureReason.InvalidRequest, "Web pages of other origins may not send requests to this worker.", status: StatusCodes.Status403Forbidden);
}
