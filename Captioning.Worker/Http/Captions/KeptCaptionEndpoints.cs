using System.Net.Mime;
using Captioning.Contracts;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Captions;

/// <summary><c>GET /v1/captions/{id}</c> and <c>GET /v1/captions/{id}/image</c>: captions that were given lately or are being made for later.</summary>
internal sealed class KeptCaptionEndpoints(RecentCaptions captions, RecentImages images, ImagePreview preview)
{
    public Task GetAsync(HttpContext http, string id)
    {
        string requestId = Decode(id);
        if (captions.FindPending(requestId) is { } pending)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return http.Response.WriteAsJsonAsync(pending, HttpJson.Options);
        }

        return captions.Find(requestId) is { } kept ? kept.Reply.WriteAsync(http) : Problems.WriteAsync(http, Unknown(requestId));
    }

    public async Task GetImageAsync(HttpContext http, string id)
    {
        string requestId = Decode(id);
        if (captions.Find(requestId)?.Captioned is not { } captioned || images.Find(captioned.Image.Sha256) is not { } image)
        {
            await Problems.WriteAsync(http, Unknown(requestId, "image"));
            return;
        }

        EntityTagHeaderValue tag = new($"\"{captioned.Image.Sha256}\"");
        http.Response.Headers.CacheControl = "private, max-age=3600";
        IResult result = http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(await preview.MakeAsync(image, ImagePreview.PhotoSide, http.RequestAborted), MediaTypeNames.Image.Jpeg, entityTag: tag);
        await result.ExecuteAsync(http);
    }

    /// <summary>The id that a part of a path stands for. Servers leave an encoded slash as it is.</summary>
    public static string Decode(string part) => part.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public static ProblemDetails Unknown(string requestId, string what = "caption") => Problems.Of(
        FailureReason.NotFound,
        $"There is no {what} of a request '{SourceName.Printable(requestId)}', or it is forgotten.",
        status: StatusCodes.Status404NotFound);
}
