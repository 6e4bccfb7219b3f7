using System.Runtime.InteropServices;
using TorchSharp;

namespace Captioning.Trainer.Training;

/// <summary>Sets up torch for training: its threads, and what becomes of its memory.</summary>
internal static partial class TorchRuntime
{
    /// <summary>Call this before anything else of torch.</summary>
    /// <param name="threads">Threads to compute with; 0 for one per core.</param>
    public static void Configure(int threads)
    {
        if (OperatingSystem.IsLinux())
        {
            // GNU OpenMP's threads spin while they wait for each other. Where anything else runs, the one that is waited for does not
            // get its turn then, and a step takes ten times as long. A value that the user has set stays.
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        }

        torch.set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);
        TorchMemory.Keep();
    }

    // .NET's own method changes a copy of the environment that native libraries do not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
