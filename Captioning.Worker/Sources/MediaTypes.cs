namespace Captioning.Worker.Sources;

/// <summary>The media types that images come as.</summary>
internal static class MediaTypes
{
    /// <summary>Whether content of a type may be an image: the decoder finds out what it is by itself, but a web page is none.</summary>
    public static bool MayBeImage(ReadOnlySpan<char> type) =>
        type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
        || type.Equals("binary/octet-stream", StringComparison.OrdinalIgnoreCase);
}
