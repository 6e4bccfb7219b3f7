using Captioning.Contracts;

namespace Captioning.Worker.Inputs;

/// <summary>Turns the arguments of <c>captioning caption</c> into images, one at a time and in the order given.</summary>
internal static class InputExpander
{
    /// <summary>The argument that stands for a list of paths on standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>
    /// A file stands for itself, whatever its extension; a folder for the files in it and below that look like images;
    /// a pattern for what it matches; <c>-</c> for the files and folders of <paramref name="standardInput"/>.
    /// </summary>
    public static IEnumerable<InputImage> Expand(IEnumerable<string> arguments, IEnumerable<string> standardInput) =>
        arguments.SelectMany(argument => argument == StandardInput ? standardInput.SelectMany(FromList) : FromArgument(argument));

    private static IEnumerable<InputImage> FromArgument(string path)
    {
        // What exists is meant as it is named: a file may well be called "what?.jpg".
        if (Directory.Exists(path))
        {
            return FromFolder(path, path);
        }

        return Glob.IsPattern(path) && !File.Exists(path) ? FromPattern(path) : [FromFile(path, Path.GetFileNameWithoutExtension(path))];
    }

    private static IEnumerable<InputImage> FromList(string path) =>
        Directory.Exists(path) ? FromFolder(path, path) : [FromFile(path, NameInList(path))];

    private static IEnumerable<InputImage> FromPattern(string pattern)
    {
        string root = Glob.Split(pattern).Folder;
        bool any = false;
        foreach (string match in Glob.Expand(pattern))
        {
            foreach (InputImage image in Directory.Exists(match) ? FromFolder(match, root) : [new InputImage(match, NameBelow(root, match))])
            {
                any = true;
                yield return image;
            }
        }

        if (!any)
        {
            yield return Nothing(pattern, FailureReason.NotFound, $"No file matches '{pattern}'.");
        }
    }

    private static IEnumerable<InputImage> FromFolder(string folder, string root)
    {
        bool any = false;
        foreach ((string path, string? problem) in FolderWalk.Files(folder))
        {
            if (problem is not null)
            {
                any = true;
                yield return Nothing(path, FailureReason.Unreadable, $"The folder '{path}' cannot be listed: {problem}");
            }
            else if (ImageExtensions.Match(path))
            {
                any = true;
                yield return new InputImage(path, NameBelow(root, path));
            }
        }

        if (!any)
        {
            yield return Nothing(folder, FailureReason.NotFound, $"The folder '{folder}' holds no image.");
        }
    }

    private static InputImage FromFile(string path, string name)
    {
        if (path.Length == 0)
        {
            return Nothing(path, FailureReason.NotFound, "An empty path names no image.");
        }

        return path.Contains('\0')
            ? Nothing(path, FailureReason.NotFound, "A path has a NUL in it; give --null where the list is separated by NUL.")
            : new InputImage(path, name);
    }

    private static InputImage Nothing(string path, FailureReason reason, string message) => new(path, string.Empty, new InputProblem(reason, message));

    private static string NameBelow(string root, string path) =>
        WithoutExtension(Path.GetRelativePath(root.Length == 0 ? "." : root, path));

    /// <summary>Lists are mostly what <c>find</c> saw, so their folders are kept where they lie below the current one.</summary>
    private static string NameInList(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            return string.Empty;
        }

        string relative = Path.GetRelativePath(".", path);
        bool below = !Path.IsPathRooted(path) && relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return below ? WithoutExtension(relative) : Path.GetFileNameWithoutExtension(path);
    }

    private static string WithoutExtension(string path) => Path.Join(Path.GetDirectoryName(path), Path.GetFileNameWithoutExtension(path));
}
