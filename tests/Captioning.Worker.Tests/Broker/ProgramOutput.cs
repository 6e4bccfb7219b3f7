using System.Diagnostics;

namespace Captioning.Worker.Tests.Broker;

/// <summary>Programs that run to their end.</summary>
internal static class ProgramOutput
{
    /// <summary>Runs <c>captioning</c> to its end.</summary>
    /// <returns>Standard output.</returns>
    public static async Task<string> RunAsync(IEnumerable<string> arguments)
    {
        using Process process = CaptioningProgram.Create(arguments);
        process.Start();
        return await ReadAsync(process);
    }

    /// <summary>Reads what a process writes until it has ended well.</summary>
    public static async Task<string> ReadAsync(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName} ended with {process.ExitCode}:\n{await errors}");
        return output;
    }
}
