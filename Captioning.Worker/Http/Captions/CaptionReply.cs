using System.Net.Mime;
using Microsoft.AspNetCore.Http;

namespace Captioning.Worker.Http.Captions;

/// <summary>What a client is told of one image.</summary>
/// <param name="Status">The status code: 200, or that of the problem.</param>
/// <param name="Json">A <see cref="CaptionResponse"/> or problem details.</param>
internal sealed record CaptionReply(int Status, byte[] Json)
{
    /// <summary>Answers with nothing else.</summary>
    public Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = Status == StatusCodes.Status200OK ? MediaTypeNames.Application.Json : HttpJson.ProblemType;
        if (Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = Problems.RetryAfter;
        }

        http.Response.ContentLength = Json.Length;
        return http.Response.Body.WriteAsync(Json, http.RequestAborted).AsTask();
    }
}
