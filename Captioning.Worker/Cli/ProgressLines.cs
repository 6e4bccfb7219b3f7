using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary>A line now and then, for logs.</summary>
internal sealed class ProgressLines(IAnsiConsole console) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public Task<RunTally> ShowAsync(Func<Action<RunTally>, Task<RunTally>> run, Task<long?> total)
    {
        TimeSpan due = Interval;
        return run(tally =>
        {
            if (tally.Elapsed >= due)
            {
                due = tally.Elapsed + Interval;
                console.WriteLine($"{tally} so far");
            }
        });
    }
}
