using Captioning.Worker.Http.Captions;
using Captioning.Worker.Http.Discovery;
using Captioning.Worker.Http.Documentation;
using Captioning.Worker.Http.Feedback;
using Captioning.Worker.Http.Limits;
using Captioning.Worker.Http.Security;
using Captioning.Worker.Http.Speech;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Http;

/// <summary>Puts the HTTP API and its page together.</summary>
internal static partial class HttpServices
{
    /// <param name="services">The services.</param>
    /// <param name="options">The settings.</param>
    /// <param name="hasBroker">Whether feedback goes to a broker.</param>
    public static IServiceCollection AddHttpApi(this IServiceCollection services, HttpOptions options, bool hasBroker)
    {
        services.AddSingleton(options).AddSingleton(options.Feedback);
        services.AddSingleton<UploadMemory>().AddSingleton<SubmissionReader>().AddSingleton<HttpCaptioner>();
        services.AddSingleton<RecentCaptions>().AddSingleton<RecentImages>().AddSingleton<RecentSpeech>();
        services.AddSingleton<ImagePreview>().AddSingleton<VoiceRules>().AddSingleton<WorkMeter>().AddSingleton<ApiKeys>();
        services.AddSingleton<CaptionEndpoint>().AddSingleton<KeptCaptionEndpoints>();
        services.AddSingleton<CaptionAudioEndpoint>().AddSingleton<SpeechEndpoint>().AddSingleton<FeedbackEndpoint>();
        services.AddSingleton<ModelsEndpoint>().AddSingleton<VoicesEndpoint>().AddSingleton<SamplePhotos>().AddSingleton<SamplesEndpoint>().AddSingleton<StatusEndpoint>();
        if (hasBroker)
        {
            services.AddSingleton<IFeedbackStore, BrokerFeedback>();
        }
        else
        {
            services.AddSingleton<IFeedbackStore, FolderFeedback>();
        }

        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxUploadBytes;
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => HttpJson.Configure(json.SerializerOptions));
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete).AddExceptionHandler<ProblemExceptionHandler>();
        services.AddRequestLimits(options);
        services.AddApiDocument();
        return services;
    }

    /// <summary>What requests pass through, and where they go.</summary>
    public static void UseHttpApi(this WebApplication application)
    {
        // It counts from the beginning.
        application.Services.GetRequiredService<WorkMeter>();

        application.UseSecurityHeaders();
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.RefuseForeignRequests(application.Configuration);
        application.UseDefaultFiles();
        application.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = Revalidate });
        application.UseRouting();
        application.CheckApiKeys();
        application.UseRateLimiter();
        application.MapApi();
        application.MapApiDocument();
        application.Lifetime.ApplicationStarted.Register(() => Log.Listening(application.Logger, string.Join(", ", application.Urls)));
    }

    // A worker that was upgraded shows its new page at once.
    private static void Revalidate(StaticFileResponseContext response) => response.Context.Response.Headers.CacheControl = "no-cache";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The page and the API are at {Urls}")]
        public static partial void Listening(ILogger logger, string urls);
    }
}
