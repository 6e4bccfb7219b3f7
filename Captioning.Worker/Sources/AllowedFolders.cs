using System.Diagnostics.CodeAnalysis;
using Captioning.Worker.Inputs;

namespace Captioning.Worker.Sources;

/// <summary>The folders that requests may name files in.</summary>
/// <param name="folders">Absolute paths.</param>
internal sealed class AllowedFolders(IEnumerable<string> folders)
{
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    // What the kernel shows of itself and of processes, even where every folder is allowed.
    private static readonly string[] Forbidden = OperatingSystem.IsWindows() ? [] : ["/proc", "/sys"];

    private readonly string[] _folders = [.. folders.Select(Path.GetFullPath)];

    /// <summary>The path that a <c>file:</c> URI stands for, if it is in one of the folders as far as its text tells.</summary>
    public bool TryGetPath(string uri, [NotNullWhen(true)] out string? path)
    {
        if (!FileUri.TryGetPath(WithAuthority(uri), out path) || !Path.IsPathFullyQualified(path))
        {
            return false;
        }

        path = Path.GetFullPath(path);
        return IsIn(_folders, path);
    }

    /// <summary>Whether a path without symbolic links is in one of the folders. The folders may be symbolic links themselves.</summary>
    public bool ContainsReal(string path) => IsIn(_folders.Select(RealPath.Of), path) && !IsIn(Forbidden, path);

    private static bool IsIn(IEnumerable<string> folders, string path) =>
        folders.Any(folder => path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison));

    // "file:/a" is the short form of "file:///a" (RFC 8089, appendix B).
    private static string WithAuthority(string uri)
    {
        const string Scheme = "file:";
        return uri.StartsWith("file:/", StringComparison.OrdinalIgnoreCase) && !uri.AsSpan(Scheme.Length).StartsWith("//")
            ? $"{Scheme}//{uri.AsSpan(Scheme.Length)}"
            : uri;
    }
}
