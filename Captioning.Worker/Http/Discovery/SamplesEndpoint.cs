using System.Net.Mime;
using Captioning.Contracts;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Captioning.Worker.Http.Discovery;

/// <summary><c>GET /v1/samples</c> and what is below it: the photos that come with the program.</summary>
internal sealed class SamplesEndpoint(SamplePhotos samples)
{
    public Ok<SamplesResponse> Get() => TypedResults.Ok(new SamplesResponse(
        [.. samples.All.Select(sample => new SampleResponse(sample.Image.Name, sample.Url, $"{sample.Url}/thumbnail"))]));

    public Task GetAsync(HttpContext http, string name) =>
        AnswerAsync(http, name, sample => Task.FromResult((sample.Image.Bytes, sample.ContentType)));

    public Task GetThumbnailAsync(HttpContext http, string name) =>
        AnswerAsync(http, name, async sample => (await sample.Thumbnail.Value, MediaTypeNames.Image.Jpeg));

    private async Task AnswerAsync(HttpContext http, string name, Func<SamplePhoto, Task<(ReadOnlyMemory<byte> Bytes, string ContentType)>> choose)
    {
        if (samples.Find(name) is not { } sample)
        {
            await Problems.WriteAsync(http, Problems.Of(
                FailureReason.NotFound, $"There is no sample '{SourceName.Printable(name)}'.", status: StatusCodes.Status404NotFound));
            return;
        }

        (ReadOnlyMemory<byte> bytes, string contentType) = await choose(sample);
        http.Response.Headers.CacheControl = "private, max-age=3600";
        await TypedResults.Bytes(bytes, contentType, entityTag: sample.Tag).ExecuteAsync(http);
    }
}
