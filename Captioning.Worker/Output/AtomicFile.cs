namespace Captioning.Worker.Output;

/// <summary>
/// Files that appear whole or not at all: written under a temporary name in the same folder, then renamed.
/// </summary>
internal static class AtomicFile
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Writes a file, making its folder where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content to a stream that can seek.</param>
    /// <param name="flushToDisk">Whether the content must have reached the disk before the name does.</param>
    /// <param name="overwrite">Whether what is there is replaced.</param>
    /// <returns>What <paramref name="write"/> returns.</returns>
    /// <exception cref="IOException">The disk fails, or there is a file and <paramref name="overwrite"/> is false.</exception>
    public static T Write<T>(string path, Func<Stream, T> write, bool flushToDisk, bool overwrite = true)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Join(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            T result;
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize))
            {
                result = write(stream);
                stream.Flush(flushToDisk);
            }

            File.Move(temporary, path, overwrite);
            return result;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
