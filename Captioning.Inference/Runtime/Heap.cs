using System.Runtime.InteropServices;

namespace Captioning.Inference.Runtime;

/// <summary>The heap of native code.</summary>
internal static partial class Heap
{
    /// <summary>
    /// Gives back to the operating system what native code has freed. glibc keeps it for itself otherwise, and a freed model's memory
    /// would stay with the process.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Only glibc has it.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
