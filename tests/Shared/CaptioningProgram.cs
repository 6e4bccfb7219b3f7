using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Captioning.Tests;

/// <summary>The program <c>captioning</c> as a process of its own.</summary>
internal sealed class CaptioningProgram : IAsyncDisposable
{
    // Far beyond what a slow machine needs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string Path = System.IO.Path.Join(AppContext.BaseDirectory, "captioning.dll");

    // The tests may run in a host of their own, beside which there is no dotnet.
    public static string Dotnet { get; } = System.IO.Path.GetFullPath(System.IO.Path.Join(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private readonly Process _process;

    private CaptioningProgram(Process process) => _process = process;

    /// <summary>The line on standard error that was waited for.</summary>
    public string Announcement { get; private set; } = string.Empty;

    /// <summary>Bytes of the program that are in memory.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the program, and returns when it has said something on standard error.</summary>
    public static async Task<CaptioningProgram> StartAsync(string saying, IEnumerable<string> arguments)
    {
        Process process = Create(arguments);
        TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> lines = [];
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                said.TrySetException(new InvalidOperationException($"captioning ended without saying '{saying}':\n{string.Join('\n', lines)}"));
                return;
            }

            lines.Add(line.Data);
            if (line.Data.Contains(saying, StringComparison.Ordinal))
            {
                said.TrySetResult(line.Data);
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        CaptioningProgram program = new(process);
        try
        {
            program.Announcement = await said.Task.WaitAsync(Patience);
            return program;
        }
        catch (TimeoutException e)
        {
            await program.DisposeAsync();
            throw new TimeoutException($"captioning did not say '{saying}':\n{string.Join('\n', lines)}", e);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the program with SIGKILL, which it does not notice.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends the program with SIGTERM, as service managers do.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using Process terminate = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>The program with arguments, not started yet.</summary>
    public static Process Create(IEnumerable<string> arguments) => new()
    {
        StartInfo = new ProcessStartInfo(Dotnet, [Path, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
    };
}
