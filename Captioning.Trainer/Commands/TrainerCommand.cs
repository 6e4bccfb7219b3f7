using System.CommandLine;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The command line of <c>captioning-trainer</c>.</summary>
internal static class TrainerCommand
{
    /// <summary>How long a stopped command may take for what it has under way: a training step and a checkpoint.</summary>
    private static readonly TimeSpan Termination = TimeSpan.FromMinutes(1);

    /// <summary>Runs a command line and returns its <see cref="ExitCode"/>.</summary>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> arguments, IAnsiConsole output, IAnsiConsole messages, bool isTerminal, TimeProvider time)
    {
        RootCommand root = new("Trains and evaluates captioning models.")
        {
            TrainCommand.Create(messages, time),
            TrainCommand.CreateFeatures(messages, time),
            JoinCommand.CreateEnsemble(messages),
            JoinCommand.CreateAverage(messages),
            QuantizeCommand.Create(messages),
            EvaluateCommand.Create(output, messages, isTerminal, time),
            ServeCommand.Create(messages, time),
            FeedbackCommand.Create(output, messages, time),
        };
        ParseResult parsed = root.Parse(arguments);

        // The service stops by itself, and takes the time that it is given for that.
        TimeSpan? termination = parsed.CommandResult.Command.Name == ServeCommand.Name ? null : Termination;
        int code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = termination });
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}
