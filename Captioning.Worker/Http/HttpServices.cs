using Captioning.Worker.Http.Captions;
using Captioning.Worker.Http.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;

namespace Captioning.Worker.Http;

/// <summary>Puts the HTTP API and its page together.</summary>
internal static class HttpServices
{
    public static IServiceCollection AddHttpApi(this IServiceCollection services, HttpOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<RecentCaptions>().AddSingleton<RecentImages>().AddSingleton<UploadMemory>();
        services.AddSingleton<SubmissionReader>().AddSingleton<HttpCaptioner>().AddSingleton<CaptionEndpoint>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxUploadBytes;
        });
        services.ConfigureHttpJsonOptions(json => HttpJson.Configure(json.SerializerOptions));
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        return services;
    }

    /// <summary>What requests pass through, and where they go.</summary>
    public static void UseHttpApi(this WebApplication application)
    {
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UsePage();
        application.UseRouting();
        application.MapApi();
    }

    private static void UsePage(this WebApplication application)
    {
        application.UseDefaultFiles();
        application.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = Revalidate });
    }

    // A worker that was upgraded shows its new page at once.
    private static void Revalidate(StaticFileResponseContext response) => response.Context.Response.Headers.CacheControl = "no-cache";

    private static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup("/v1");
        api.MapPost("/captions", (HttpContext http, CaptionEndpoint captions) => captions.PostAsync(http));
    }
}
