using System.CommandLine;
using System.CommandLine.Invocation;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Captioning.Worker.Models;

namespace Captioning.Worker.Cli;

/// <summary>The command line <c>captioning</c>.</summary>
internal sealed class CaptioningCli(Terminal terminal, TimeProvider time)
{
    /// <summary>Time to stop within after Ctrl-C, before the process is ended.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        bool helpless = arguments.Count == 0;
        ParseResult parse = Create().Parse(helpless ? ["--help"] : arguments);
        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTimeout,
            Output = terminal.Output,
            Error = terminal.Messages.Profile.Out.Writer,
        };
        if (parse.Action is ParseErrorAction errors)
        {
            errors.ShowHelp = false;
            await parse.InvokeAsync(configuration, cancellationToken);
            return ExitCode.Usage;
        }

        try
        {
            int exitCode = await parse.InvokeAsync(configuration, cancellationToken);
            return helpless ? ExitCode.Usage : exitCode;
        }
        catch (Exception e) when (e is UsageException or ModelNotFoundException or ModelLoadException or DeviceUnavailableException or SpeechUnavailableException)
        {
            terminal.Error(e.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private RootCommand Create()
    {
        GlobalOptions global = new();
        return new RootCommand("Photographs to sentences to speech.")
        {
            global.Models,
            global.Voices,
            global.Verbose,
            new CaptionCommand(global, terminal, time),
            new ModelsCommand(global, terminal),
            new DoctorCommand(global, terminal),
        };
    }
}
