using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Captioning.Worker.Tests.Broker;

/// <summary>The program <c>captioning</c> as a process of its own.</summary>
internal sealed class CaptioningProgram : IAsyncDisposable
{
    private static readonly string Path = System.IO.Path.Join(AppContext.BaseDirectory, "captioning.dll");

    // The tests may run in a host of their own, beside which there is no dotnet.
    public static string Dotnet { get; } = System.IO.Path.GetFullPath(System.IO.Path.Join(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private readonly Process _process;

    private CaptioningProgram(Process process) => _process = process;

    /// <summary>Starts the program, and returns when it has said something on standard error.</summary>
    public static async Task<CaptioningProgram> StartAsync(string saying, IEnumerable<string> arguments)
    {
        Process process = Create(arguments);
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
                said.TrySetResult();
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        CaptioningProgram program = new(process);
        try
        {
            await said.Task.WaitAsync(RabbitMqFixture.Patience);
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

    /// <summary>Runs the program to its end.</summary>
    /// <returns>Standard output.</returns>
    public static async Task<string> RunAsync(IEnumerable<string> arguments)
    {
        using Process process = Create(arguments);
        process.Start();
        return await OutputAsync(process);
    }

    /// <summary>Reads what a process writes until it has ended well.</summary>
    public static async Task<string> OutputAsync(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName} ended with {process.ExitCode}:\n{await errors}");
        return output;
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
        await _process.WaitForExitAsync().WaitAsync(RabbitMqFixture.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static Process Create(IEnumerable<string> arguments) => new()
    {
        StartInfo = new ProcessStartInfo(Dotnet, [Path, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
    };
}
