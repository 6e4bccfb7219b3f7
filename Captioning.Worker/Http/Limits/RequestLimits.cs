using System.Globalization;
using System.Threading.RateLimiting;
using Captioning.Worker.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Captioning.Worker.Http.Limits;

/// <summary>How many requests are taken at once, in all and of one client, and how many a client may send in a while.</summary>
internal static class RequestLimits
{
    private static readonly TimeSpan LeastPeriod = TimeSpan.FromSeconds(1);

    // A client that was away for a while may catch up with this much.
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    /// <summary>Marks endpoints of which only so many requests are worked on at once.</summary>
    public static TBuilder LimitConcurrency<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Concurrency());

    /// <summary>Marks endpoints whose requests are counted besides.</summary>
    public static TBuilder LimitRate<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Rate());

    public static void AddRequestLimits(this IServiceCollection services, HttpOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            Create<Rate>(ApiKeyCheck.ClientOf, client => options.ClientRequestsPerMinute == 0
                ? RateLimitPartition.GetNoLimiter(client)
                : RateLimitPartition.GetTokenBucketLimiter(client, _ => Bucket(options.ClientRequestsPerMinute))),
            Create<Concurrency>(ApiKeyCheck.ClientOf, client => RateLimitPartition.GetConcurrencyLimiter(
                client, _ => new ConcurrencyLimiterOptions { PermitLimit = options.ClientConcurrency })),
            Create<Concurrency>(_ => "all", all => RateLimitPartition.GetConcurrencyLimiter(
                all, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Concurrency })));
        limiter.OnRejected = RejectAsync;
    });

    private static PartitionedRateLimiter<HttpContext> Create<TMark>(Func<HttpContext, string> partition, Func<string, RateLimitPartition<string>> limit)
        where TMark : class => PartitionedRateLimiter.Create<HttpContext, string>(http =>
            http.GetEndpoint()?.Metadata.GetMetadata<TMark>() is null ? RateLimitPartition.GetNoLimiter(string.Empty) : limit(partition(http)));

    private static TokenBucketRateLimiterOptions Bucket(int perMinute)
    {
        TimeSpan period = TimeSpan.FromMinutes(1) / perMinute;
        period = period > LeastPeriod ? period : LeastPeriod;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, (int)(perMinute * Burst.TotalMinutes)),
            ReplenishmentPeriod = period,
            TokensPerPeriod = Math.Max(1, (int)(perMinute * period.TotalMinutes)),
        };
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        HttpContext http = rejected.HttpContext;
        if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait))
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await Problems.WriteAsync(http, Problems.TooMany("There are too many requests at once. Try again in a while."));
    }

    private sealed record Concurrency;

    private sealed record Rate;
}
