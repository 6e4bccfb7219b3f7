namespace Captioning.Worker.Sources;

/// <summary>Paths without symbolic links.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    /// <summary>Replaces every symbolic link in a path, in its folders too. What does not exist stays as it is.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MaxLinks; links++)
        {
            if (FollowFirstLink(full) is not { } followed)
            {
                return Path.TrimEndingDirectorySeparator(full);
            }

            full = followed;
        }

        throw new IOException($"'{path}' has too many symbolic links.");
    }

    private static string? FollowFirstLink(string full)
    {
        string root = Path.GetPathRoot(full)!;
        string[] parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        string parent = root;
        for (int i = 0; i < parts.Length; i++)
        {
            string current = Path.Join(parent, parts[i]);
            if (new FileInfo(current).LinkTarget is { } target)
            {
                return Path.GetFullPath(Path.Join([Path.Combine(parent, target), .. parts[(i + 1)..]]));
            }

            parent = current;
        }

        return null;
    }
}
