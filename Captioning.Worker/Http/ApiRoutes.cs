using System.Net.Mime;
using Captioning.Worker.Http.Captions;
using Captioning.Worker.Http.Discovery;
using Captioning.Worker.Http.Documentation;
using Captioning.Worker.Http.Feedback;
using Captioning.Worker.Http.Limits;
using Captioning.Worker.Http.Security;
using Captioning.Worker.Http.Speech;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Captioning.Worker.Http;

/// <summary>The paths of the API.</summary>
internal static class ApiRoutes
{
    private const string Json = MediaTypeNames.Application.Json;

    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup("/v1").NeedsKey();
        MapCaptions(api.MapGroup("/captions").WithTags("Captions"));
        api.MapPost("/speech", (HttpContext http, SpeechEndpoint speech) => speech.PostAsync(http))
            .WithTags("Speech").WithName("speak").WithSummary("Speaks a text, sentence by sentence.")
            .WithDescription("The WAV file comes while it is being spoken, so its header does not know its length.")
            .Accepts<SpeechRequest>(Json).Produces<byte[]>(StatusCodes.Status200OK, CaptionAudioEndpoint.ContentType)
            .Fails(400, 413, 415, 429, 503)
            .LimitConcurrency().LimitRate();
        api.MapPost("/feedback", (HttpContext http, FeedbackEndpoint feedback) => feedback.PostAsync(http))
            .WithTags("Feedback").WithName("sendFeedback").WithSummary("Says what a person thinks of a caption that was given lately. The trainer learns from it.")
            .Accepts<FeedbackRequest>(Json).Produces<FeedbackResponse>(StatusCodes.Status202Accepted)
            .Fails(400, 403, 404, 415, 429, 503)
            .LimitConcurrency().LimitRate();
        MapDiscovery(api.MapGroup(string.Empty).WithTags("The worker"));

        // Pages show these without a key, as they show themselves.
        RouteGroupBuilder samples = endpoints.MapGroup("/v1/samples").WithTags("The worker");
        samples.MapGet("/", (SamplesEndpoint all) => all.Get())
            .WithName("listSamples").WithSummary("Lists the sample photos.");
        samples.MapGet("/{name}", (HttpContext http, string name, SamplesEndpoint all) => all.GetAsync(http, name))
            .WithName("getSample").WithSummary("Gets a sample photo.")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Image.Jpeg, MediaTypeNames.Image.Png).Fails(404);
        samples.MapGet("/{name}/thumbnail", (HttpContext http, string name, SamplesEndpoint all) => all.GetThumbnailAsync(http, name))
            .WithName("getSampleThumbnail").WithSummary("Gets a sample photo as a small JPEG.")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Image.Jpeg).Fails(404);
    }

    private static void MapCaptions(RouteGroupBuilder captions)
    {
        captions.MapPost("/", (HttpContext http, CaptionEndpoint endpoint) => endpoint.PostAsync(http))
            .WithName(CaptionOperation.Id).WithSummary("Captions one photo or many.")
            .WithDescription(
                """
                One photo is answered with its caption, or with the problem. Several (two fields of a form, or `images` in JSON) are answered with
                `{"results": [...]}`, in the order of the request, where each is a caption or problem details. With `Accept: application/x-ndjson`
                each of these comes on a line of its own as soon as it is done.
                """)
            .Produces<CaptionResponse>(StatusCodes.Status200OK, Json, HttpJson.NdjsonType)
            .Produces<PendingCaption>(StatusCodes.Status202Accepted)
            .Fails(400, 403, 408, 413, 415, 422, 429, 500, 502, 503)
            .LimitConcurrency().LimitRate();
        captions.MapGet("/{id}", (HttpContext http, string id, KeptCaptionEndpoints endpoint) => endpoint.GetAsync(http, id))
            .WithName("getCaption").WithSummary("Gets a caption that was given lately or is being made.")
            .Produces<CaptionResponse>().Produces<PendingCaption>(StatusCodes.Status202Accepted).Fails(404);
        captions.MapGet("/{id}/image", (HttpContext http, string id, KeptCaptionEndpoints endpoint) => endpoint.GetImageAsync(http, id))
            .WithName("getCaptionedImage").WithSummary("Gets a captioned photo as a JPEG of at most 1280 pixels.")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Image.Jpeg).Fails(404)
            .LimitConcurrency();
        captions.MapGet("/{id}/audio", GetAudioAsync)
            .WithName("getCaptionAudio").WithSummary("Gets a caption as speech.")
            .Produces<byte[]>(StatusCodes.Status200OK, CaptionAudioEndpoint.ContentType)
            .Produces<byte[]>(StatusCodes.Status206PartialContent, CaptionAudioEndpoint.ContentType)
            .Fails(400, 404, 416, 503)
            .LimitConcurrency();
        captions.MapMethods("/{id}/audio", [HttpMethods.Head], GetAudioAsync).ExcludeFromDescription().LimitConcurrency();
    }

    private static Task GetAudioAsync(HttpContext http, string id, CaptionAudioEndpoint endpoint, string? voice, double? speed, string? download) =>
        endpoint.GetAsync(http, id, voice, speed, download);

    private static void MapDiscovery(RouteGroupBuilder worker)
    {
        worker.MapGet("/models", (ModelsEndpoint models) => models.Get()).WithName("listModels").WithSummary("Lists the models.");
        worker.MapGet("/voices", (VoicesEndpoint voices) => voices.Get()).WithName("listVoices").WithSummary("Lists the voices.");
        worker.MapGet("/status", (StatusEndpoint status) => status.Get()).WithName("getStatus").WithSummary("Says how the worker is.");
    }

    private static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in statuses)
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint;
    }
}
