using System.Runtime.InteropServices;

namespace Captioning.Trainer.Training;

/// <summary>
/// What becomes of the memory of tensors when they are freed. A step takes and frees the same large tensors again and again. GNU's malloc gives them back to the system each time, which then has to
/// clear the pages anew: with an encoder that learns, a third of the time.
/// </summary>
internal static partial class TorchMemory
{
    // M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    // Threads other than the first have heaps of 64 MiB, which are given back when they are empty unless more than that is to stay.
    private const int Kept = 128 << 20;

    /// <summary>From now on the process keeps freed memory for the next step.</summary>
    public static void Keep()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Set(TrimThreshold, int.MaxValue);
            _ = Set(TopPad, Kept);
            _ = Set(MapThreshold, int.MaxValue);
        }
    }

    /// <summary>Gives back what is free now.</summary>
    public static void Release()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Trim(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Set(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint padding);
}
