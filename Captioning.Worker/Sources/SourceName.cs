namespace Captioning.Worker.Sources;

/// <summary>
/// Names a URI for messages and logs. User names, passwords, queries (which carry the signatures of pre-signed URLs) and
/// inline content stay out of it.
/// </summary>
internal static class SourceName
{
    private const int MaxLength = 256;

    public static string Of(string uri)
    {
        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon < 0 ? string.Empty : uri[..colon].ToLowerInvariant();
        return Printable(scheme switch
        {
            // These have no secret parts, and their '?', '#' and '@' belong to the name.
            "file" or "s3" or "urn" or "" => uri,
            "data" => $"{uri.AsSpan(0, Math.Max(colon + 1, uri.IndexOf(',', StringComparison.Ordinal)))},…",
            _ => Hierarchical(uri, scheme),
        });
    }

    /// <summary>A name of reasonable length without control characters.</summary>
    public static string Printable(string name)
    {
        string shortened = name.Length > MaxLength ? $"{name.AsSpan(0, MaxLength)}…" : name;
        return string.Create(shortened.Length, shortened, static (characters, source) =>
        {
            for (int i = 0; i < characters.Length; i++)
            {
                characters[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        });
    }

    private static string Hierarchical(string uri, string scheme) =>
        Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && parsed.Host.Length > 0
            ? parsed.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            // Nothing tells where the secrets of a malformed URI are.
            : $"{scheme}:…";
}
