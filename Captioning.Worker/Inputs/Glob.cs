namespace Captioning.Worker.Inputs;

/// <summary>
/// Patterns for shells that do not expand them, and for <c>**</c>: <c>?</c> is one character, <c>*</c> any characters
/// of a name, <c>**</c> any folders, also none. Matches are what the shell would have named: all files, whatever
/// their extension.
/// </summary>
internal static class Glob
{
    private const string AnyFolders = "**";
    private static readonly char[] Wildcards = ['*', '?'];

    public static bool IsPattern(string path) => path.IndexOfAny(Wildcards) >= 0;

    /// <summary>Splits a pattern into the folder in front of its first wildcard and the segments from there on.</summary>
    public static (string Folder, string[] Segments) Split(string pattern)
    {
        string path = OperatingSystem.IsWindows() ? pattern.Replace('\\', '/') : pattern;
        int end = path.LastIndexOf('/', path.IndexOfAny(Wildcards)) + 1;
        string[] segments = path[end..].Split('/', StringSplitOptions.RemoveEmptyEntries);

        // "**/**" is "**", and would else find everything twice.
        return (path[..end], [.. segments.Where((segment, i) => i == 0 || segment != AnyFolders || segments[i - 1] != AnyFolders)]);
    }

    /// <summary>The files and folders that match, in the order of <see cref="FolderWalk"/>; with <c>**</c> the files alone.</summary>
    public static IEnumerable<string> Expand(string pattern)
    {
        (string folder, string[] segments) = Split(pattern);
        IEnumerable<string> matches = Expand(folder, segments[^1] == AnyFolders ? [.. segments, "*"] : segments);
        return segments.Contains(AnyFolders) ? matches.Where(match => !Directory.Exists(match)) : matches;
    }

    private static IEnumerable<string> Expand(string folder, ReadOnlyMemory<string> segments)
    {
        string segment = segments.Span[0];
        ReadOnlyMemory<string> rest = segments[1..];
        if (segment == AnyFolders)
        {
            return AnyDepth(folder, rest);
        }

        IEnumerable<string> matches = List(folder, segment, foldersOnly: !rest.IsEmpty);
        return rest.IsEmpty ? matches : matches.SelectMany(match => Expand(match, rest));
    }

    private static IEnumerable<string> AnyDepth(string folder, ReadOnlyMemory<string> rest) =>
        Expand(folder, rest).Concat(List(folder, "*", foldersOnly: true)
            .Where(child => !FolderWalk.IsLink(child))
            .SelectMany(child => AnyDepth(child, rest)));

    private static IEnumerable<string> List(string folder, string pattern, bool foldersOnly)
    {
        // As in a shell, a folder that cannot be listed matches nothing.
        FolderWalk.TryList(folder, pattern, out (string Name, bool IsFolder)[] entries);
        return entries.Where(entry => entry.IsFolder || !foldersOnly).Select(entry => Path.Join(folder, entry.Name));
    }
}
