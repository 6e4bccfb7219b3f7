using System.Diagnostics;

namespace Captioning.Trainer.Tests.Commands;

/// <summary>A training in a process of its own that a signal ends.</summary>
internal static class InterruptedTraining
{
    // Far beyond what a slow machine needs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command line until it has written some checkpoints, then sends the signal.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="run">The run's folder, in which there is nothing yet.</param>
    /// <param name="checkpoints">The checkpoints to wait for.</param>
    /// <param name="signal">KILL, or TERM.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, string run, int checkpoints, string signal)
    {
        Directory.CreateDirectory(run);
        using FileSystemWatcher watcher = new(run);
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        watcher.Renamed += (_, e) =>
        {
            if (e.Name == "checkpoint.safetensors" && Interlocked.Increment(ref count) == checkpoints)
            {
                written.SetResult();
            }
        };
        watcher.EnableRaisingEvents = true;
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "captioning-trainer.dll"), .. arguments]))!;
        await written.Task.WaitAsync(Patience);
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
