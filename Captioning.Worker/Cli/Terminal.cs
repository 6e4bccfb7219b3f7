using System.Text;
using Captioning.Worker.Output;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary>The standard streams, and how to write to each.</summary>
/// <param name="Input">Opens standard input.</param>
/// <param name="Output">Standard output for text that programs read.</param>
/// <param name="Tables">Standard output for text that people read.</param>
/// <param name="Messages">Standard error.</param>
/// <param name="OutputIsTerminal">Whether standard output is a terminal.</param>
/// <param name="ErrorIsTerminal">Whether standard error is a terminal.</param>
internal sealed record Terminal(
    Func<TextReader> Input, TextWriter Output, IAnsiConsole Tables, IAnsiConsole Messages, bool OutputIsTerminal, bool ErrorIsTerminal)
{
    /// <summary>Lines of messages that nobody sees on a screen are not to be broken.</summary>
    private const int Unbroken = 100_000;

    public static Terminal FromProcess()
    {
        bool outputIsTerminal = !Console.IsOutputRedirected;
        bool errorIsTerminal = !Console.IsErrorRedirected;
        IAnsiConsole tables = Create(Console.Out);

        // A live display can be written around only through its own console, so one screen gets one console.
        IAnsiConsole messages = outputIsTerminal && errorIsTerminal ? tables : Create(Console.Error);
        if (!errorIsTerminal)
        {
            messages.Profile.Width = Unbroken;
        }

        return new Terminal(OpenInput, Console.Out, tables, messages, outputIsTerminal, errorIsTerminal);
    }

    /// <summary>A progress display is shown where nothing else is written to the same screen, or only what knows of it.</summary>
    public bool CanShowProgress(OutputFormat format) => ErrorIsTerminal && (!OutputIsTerminal || format == OutputFormat.Table);

    /// <summary>Tells what went wrong, on standard error.</summary>
    public void Error(string message)
    {
        Messages.Write(new Text("error: ", new Style(Color.Red)));
        Messages.WriteLine(DisplayText.From(message));
    }

    private static IAnsiConsole Create(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });

    private static StreamReader OpenInput() => new(Console.OpenStandardInput(), Encoding.UTF8);
}
