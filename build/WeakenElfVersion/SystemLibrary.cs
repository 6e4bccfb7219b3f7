using System.Runtime.InteropServices;
using System.Text;

namespace WeakenElfVersion;

/// <summary>What the libraries of this system offer.</summary>
internal static class SystemLibrary
{
    /// <summary>True where the library that the loader finds by a name defines a version of its symbols.</summary>
    /// <exception cref="InvalidOperationException">There is no such library.</exception>
    public static bool Defines(string library, string version)
    {
        if (!NativeLibrary.TryLoad(library, out _))
        {
            throw new InvalidOperationException($"this system has no {library}.");
        }

        // The loader's search path is its own affair; what it has found is in the list of mapped files.
        string path = File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .First(file => Path.GetFileName(file).StartsWith(library, StringComparison.Ordinal));
        return File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{version}\0")) >= 0;
    }
}
