using System.Text;

namespace Captioning.Worker.Inputs;

/// <summary>Reads a list of paths, one a line or, as <c>find -print0</c> writes them, each ended by NUL.</summary>
internal static class PathList
{
    public static IEnumerable<string> Read(TextReader reader, bool nulSeparated) =>
        (nulSeparated ? SplitAtNul(reader) : Lines(reader)).Where(path => path.Length > 0);

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static IEnumerable<string> SplitAtNul(TextReader reader)
    {
        StringBuilder path = new();
        char[] buffer = new char[4096];
        while (reader.Read(buffer) is > 0 and int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (buffer[i] != '\0')
                {
                    path.Append(buffer[i]);
                    continue;
                }

                yield return path.ToString();
                path.Clear();
            }
        }

        yield return path.ToString();
    }
}
