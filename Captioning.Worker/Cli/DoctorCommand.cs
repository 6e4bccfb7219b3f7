using System.CommandLine;
using Captioning.Worker.Health;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning doctor</c>: says what works on this machine, what does not, and what to do about it.</summary>
internal sealed class DoctorCommand : Command
{
    public DoctorCommand(GlobalOptions global, Terminal terminal)
        : base("doctor", "Check what captions and speech need on this machine.") =>
        SetAction(parse => Print(terminal.Tables, new Doctor(global.ModelFolder(parse), global.VoiceFolder(parse)).Examine()));

    /// <returns>An <see cref="ExitCode"/>: a failure where there is a problem; warnings are none.</returns>
    internal static int Print(IAnsiConsole console, IEnumerable<Check> checks)
    {
        int exitCode = ExitCode.Success;
        foreach (Check check in checks)
        {
            (string name, Color color) = check.Verdict switch
            {
                Verdict.Ok => ("ok", Color.Green),
                Verdict.Warning => ("warning", Color.Yellow),
                _ => ("problem", Color.Red),
            };
            Grid grid = new Grid().AddColumn(new GridColumn().Width(7).PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadRight(0));
            Paragraph text = new Paragraph().Append(check.Part, new Style(decoration: Decoration.Bold)).Append($": {check.Finding}");
            if (check.Remedy is { } remedy)
            {
                text.Append("\n-> " + remedy);
            }

            grid.AddRow(new Text(name, new Style(color)), text);
            console.Write(grid);
            exitCode = check.Verdict == Verdict.Problem ? ExitCode.Failure : exitCode;
        }

        return exitCode;
    }
}
