using Captioning.Trainer.Commands;
using Spectre.Console;

IAnsiConsole messages = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
if (Console.IsErrorRedirected)
{
    // Lines in a log are not to be broken.
    messages.Profile.Width = 100_000;
}

return await TrainerCommand.InvokeAsync(args, AnsiConsole.Console, messages, !Console.IsErrorRedirected, TimeProvider.System);
