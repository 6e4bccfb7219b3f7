using Captioning.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Captioning.Worker.Http.Security;

/// <summary>Lets only those with a key use what needs one, where there are keys.</summary>
internal static class ApiKeyCheck
{
    public const string KeyHeader = "X-Api-Key";
    private const string Scheme = "Bearer ";

    /// <summary>Marks endpoints that need a key.</summary>
    public static TBuilder NeedsKey<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Mark());

    /// <summary>Who a client is: the key that it has, else where it comes from.</summary>
    public static string ClientOf(HttpContext http) =>
        http.Features.Get<Client>()?.Name ?? http.Connection.RemoteIpAddress?.ToString() ?? string.Empty;

    public static void CheckApiKeys(this IApplicationBuilder application)
    {
        ApiKeys keys = application.ApplicationServices.GetRequiredService<ApiKeys>();
        if (!keys.AreNeeded)
        {
            return;
        }

        application.Use((http, next) =>
        {
            if (http.GetEndpoint()?.Metadata.GetMetadata<Mark>() is null)
            {
                return next(http);
            }

            int key = Key(http.Request) is { } given ? keys.Find(given) : -1;
            if (key < 0)
            {
                http.Response.Headers.WWWAuthenticate = "Bearer";
                return Problems.WriteAsync(http, Denied());
            }

            http.Features.Set(new Client($"key {key}"));
            return next(http);
        });
    }

    private static string? Key(HttpRequest request)
    {
        string? authorization = request.Headers.Authorization;
        return authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
            ? authorization[Scheme.Length..].Trim()
            : request.Headers[KeyHeader];
    }

    private static ProblemDetails Denied() => Problems.Of(
        FailureReason.InvalidRequest, $"This needs a key that the worker knows: Authorization: {Scheme}KEY, or {KeyHeader}: KEY.", status: StatusCodes.Status401Unauthorized);

    private sealed record Client(string Name);

    private sealed record Mark;
}
