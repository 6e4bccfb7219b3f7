using Captioning.Contracts;
using Captioning.Worker.Inputs;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Discovery;

/// <summary><c>GET /v1/samples</c> and <c>GET /v1/samples/{name}</c>: the photos that come with the program, to try it with.</summary>
internal sealed class SamplesEndpoint
{
    private readonly DirectoryInfo _folder = new(Path.Join(AppContext.BaseDirectory, "samples"));
    private readonly FileExtensionContentTypeProvider _types = new();

    public Ok<SamplesResponse> Get() => TypedResults.Ok(new SamplesResponse(
        [.. Files().Select(file => new SampleResponse(file.Name, $"/v1/samples/{Uri.EscapeDataString(file.Name)}"))]));

    public Task GetAsync(HttpContext http, string name)
    {
        // Only what is listed is looked for, so that no name leads out of the folder.
        if (Files().FirstOrDefault(file => file.Name == name) is not { } sample || !_types.TryGetContentType(sample.Name, out string? type))
        {
            return Problems.WriteAsync(http, Problems.Of(
                FailureReason.NotFound, $"There is no sample '{SourceName.Printable(name)}'.", status: StatusCodes.Status404NotFound));
        }

        http.Response.Headers.CacheControl = "private, max-age=3600";
        EntityTagHeaderValue tag = new($"\"{sample.LastWriteTimeUtc.Ticks:x}-{sample.Length:x}\"");
        return TypedResults.PhysicalFile(sample.FullName, type, lastModified: new DateTimeOffset(sample.LastWriteTimeUtc), entityTag: tag).ExecuteAsync(http);
    }

    private IEnumerable<FileInfo> Files() => _folder.Exists
        ? _folder.EnumerateFiles().Where(file => ImageExtensions.Match(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal)
        : [];
}
