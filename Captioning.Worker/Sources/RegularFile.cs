using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Captioning.Worker.Sources;

/// <summary>Opens files that requests name: regular files, and only where they really are in an allowed folder.</summary>
internal static class RegularFile
{
    /// <summary>Opens a file for reading. Opening waits for nothing, not even at a named pipe.</summary>
    /// <param name="path">The path; symbolic links are followed.</param>
    /// <param name="mayRead">Whether the file may be read, by its path without symbolic links.</param>
    /// <param name="file">The file; null where it may not be read or is no regular file.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="IOException">There is no such file, or the disk fails.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
    public static bool TryOpen(string path, Predicate<string> mayRead, out SafeFileHandle? file)
    {
        file = OperatingSystem.IsLinux() ? OpenPinned(path, mayRead) : OpenResolved(path, mayRead);
        return file is not null;
    }

    // What is checked is what is read, whatever happens to the path in between: the file is first pinned without opening it,
    // and opened by its pin.
    [SupportedOSPlatform("linux")]
    private static SafeFileHandle? OpenPinned(string path, Predicate<string> mayRead)
    {
        using SafeFileHandle pin = LinuxFile.Pin(path);
        string link = LinuxFile.LinkOf(pin);
        return mayRead(new FileInfo(link).LinkTarget!) && LinuxFile.IsRegular(pin) ? Open(link) : null;
    }

    private static SafeFileHandle? OpenResolved(string path, Predicate<string> mayRead)
    {
        string real = RealPath.Of(path);
        if (!mayRead(real) || Directory.Exists(real))
        {
            return null;
        }

        // Pipes and devices have no length, and opening them could block.
        return new FileInfo(real).Length > 0 ? Open(real) : null;
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
}
