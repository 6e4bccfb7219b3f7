namespace Captioning.Worker.Output;

/// <summary>
/// Files that appear whole or not at all: written under a temporary name in the same folder, then renamed over what was
/// there.
/// </summary>
internal static class AtomicFile
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Writes a file, making its folder where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content to a stream that can seek.</param>
    /// <param name="flushToDisk">Whether the content must have reached the disk before the name does.</param>
    /// <returns>What <paramref name="write"/> returns.</returns>
    public static T Write<T>(string path, Func<Stream, T> write, bool flushToDisk)
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

            File.Move(temporary, path, overwrite: true);
            return result;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
