using Captioning.Worker.Cli;
using Spectre.Console;

namespace Captioning.Benchmarks;

/// <summary>The caption verb as a user runs it, with its output thrown away.</summary>
internal static class CaptionVerb
{
    /// <returns>The verb's exit code.</returns>
    public static Task<int> RunAsync(string folder, int batchSize)
    {
        IAnsiConsole nowhere = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        Terminal terminal = new(() => TextReader.Null, TextWriter.Null, nowhere, nowhere, OutputIsTerminal: false, ErrorIsTerminal: false);
        return new CaptioningCli(terminal, TimeProvider.System).RunAsync(
            ["caption", folder, "--format", "jsonl", "--device", "cpu", "--batch-size", $"{batchSize}"]);
    }
}
