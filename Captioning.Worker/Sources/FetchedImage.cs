namespace Captioning.Worker.Sources;

/// <summary>An image as it was read, still encoded.</summary>
/// <param name="Name">The image's URI without its secrets, for messages and logs.</param>
/// <param name="Bytes">The whole file.</param>
internal sealed record FetchedImage(string Name, ReadOnlyMemory<byte> Bytes);
