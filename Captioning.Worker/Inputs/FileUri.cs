using System.Diagnostics.CodeAnalysis;

namespace Captioning.Worker.Inputs;

/// <summary>
/// Paths as <c>file:</c> URIs and back (RFC 8089). <see cref="Uri"/> takes <c>%41</c> in a path for an escape and turns
/// backslashes into slashes, so that not every file name would survive it.
/// </summary>
internal static class FileUri
{
    private const string Scheme = "file://";

    /// <summary>The URI of a path, which is made absolute.</summary>
    public static string FromPath(string path)
    {
        string full = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
        {
            full = '/' + full.Replace('\\', '/');
        }

        return Scheme + string.Join('/', full.Split('/').Select(Uri.EscapeDataString));
    }

    /// <summary>The path of a <c>file:</c> URI on this machine.</summary>
    /// <returns>False where the URI has another scheme or names another machine.</returns>
    public static bool TryGetPath(string uri, [NotNullWhen(true)] out string? path)
    {
        path = null;
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        int root = uri.IndexOf('/', Scheme.Length);
        if (root < 0 || !IsThisMachine(uri.AsSpan(Scheme.Length, root - Scheme.Length)))
        {
            return false;
        }

        string decoded = Uri.UnescapeDataString(uri[root..]);
        path = OperatingSystem.IsWindows() ? decoded.TrimStart('/') : decoded;
        return !path.Contains('\0');
    }

    private static bool IsThisMachine(ReadOnlySpan<char> authority) =>
        authority.IsEmpty || authority.Equals("localhost", StringComparison.OrdinalIgnoreCase);
}
