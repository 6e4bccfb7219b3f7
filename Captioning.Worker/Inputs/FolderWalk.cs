using System.IO.Enumeration;

namespace Captioning.Worker.Inputs;

/// <summary>
/// Lists folders in a fixed order: names by their code points, files before folders. One folder's names are held at a
/// time. Hidden entries are left out, and links to folders are not followed, for they may lead in circles.
/// </summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>A file, or a folder that cannot be listed.</summary>
    public readonly record struct Entry(string Path, string? Problem);

    /// <summary>All files in a folder and in those below it.</summary>
    public static IEnumerable<Entry> Files(string folder)
    {
        Stack<string> pending = new([folder]);
        while (pending.TryPop(out string? current))
        {
            if (TryList(current, "*", out (string Name, bool IsFolder)[] entries) is { } problem)
            {
                yield return new Entry(current, problem);
                continue;
            }

            foreach ((string name, _) in entries.Where(entry => !entry.IsFolder))
            {
                yield return new Entry(Path.Join(current, name), null);
            }

            foreach ((string name, _) in entries.Where(entry => entry.IsFolder).Reverse())
            {
                string child = Path.Join(current, name);
                if (!IsLink(child))
                {
                    pending.Push(child);
                }
            }
        }
    }

    /// <summary>The entries of one folder whose names match a pattern of <c>*</c> and <c>?</c>.</summary>
    /// <returns>Why the folder cannot be listed; null where it can.</returns>
    public static string? TryList(string folder, string pattern, out (string Name, bool IsFolder)[] entries)
    {
        bool hidden = pattern.StartsWith('.');
        try
        {
            entries = [.. new FileSystemEnumerable<(string Name, bool IsFolder)>(
                folder.Length == 0 ? "." : folder, static (ref FileSystemEntry e) => (e.FileName.ToString(), e.IsDirectory), Everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry e) => (hidden || !e.FileName.StartsWith('.')) && Matches(pattern, e.FileName),
            }];
            Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            entries = [];
            return e.Message;
        }
    }

    public static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;

    private static bool Matches(string pattern, ReadOnlySpan<char> name) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: OperatingSystem.IsWindows() || OperatingSystem.IsMacOS());
}
