using Captioning.Worker.Sources;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Discovery;

/// <summary>A photo that comes with the program.</summary>
/// <param name="Url">Its path of the API.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Tag">Changes with its content.</param>
/// <param name="Image">The photo itself.</param>
/// <param name="Thumbnail">A small JPEG of it, made when somebody first asks.</param>
internal sealed record SamplePhoto(string Url, string ContentType, EntityTagHeaderValue Tag, FetchedImage Image, Lazy<Task<byte[]>> Thumbnail);
