namespace Captioning.Worker.Http.Discovery;

/// <summary>A sample photo.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Url">Its path of this API.</param>
/// <param name="Thumbnail">The path of a small JPEG of it.</param>
internal sealed record SampleResponse(string Name, string Url, string Thumbnail);
