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
        ParseResult parse = Parse(arguments);
        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            // The service stops by itself, and takes the time that it is given for that.
            ProcessTerminationTimeout = parse.CommandResult.Command is ServeCommand ? null : StopTimeout,
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
            return await parse.InvokeAsync(configuration, cancellationToken);
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

    /// <summary>Where there is no verb, <c>serve</c> is meant.</summary>
    private ParseResult Parse(IReadOnlyList<string> arguments)
    {
        RootCommand root = Create();
        ParseResult parse = root.Parse(arguments);
        bool verbless = parse.CommandResult.Command == root && (arguments.Count == 0 || arguments[0].StartsWith('-'));
        return verbless && (parse.Action is null or ParseErrorAction) ? root.Parse(["serve", .. arguments]) : parse;
    }

    private RootCommand Create()
    {
        GlobalOptions global = new();
        return new RootCommand("Photographs to sentences to speech.")
        {
            global.Models,
            global.Voices,
            global.Verbose,
            new ServeCommand(global, time),
            new CaptionCommand(global, terminal, time),
            new EnqueueCommand(terminal, time),
            new ResultsCommand(terminal),
            new ModelsCommand(global, terminal),
            new DoctorCommand(global, terminal),
        };
    }
}
