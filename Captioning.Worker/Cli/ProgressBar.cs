using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary>A live bar, which vanishes when the run ends.</summary>
internal sealed class ProgressBar(IAnsiConsole console) : IRunProgress
{
    public Task<RunTally> ShowAsync(Func<Action<RunTally>, Task<RunTally>> run, Task<long?> total) => console.Progress()
        .AutoClear(true)
        .Columns(new SpinnerColumn(), new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .StartAsync(async context =>
        {
            ProgressTask task = context.AddTask("starting", autoStart: true);
            task.IsIndeterminate = true;
            return await run(tally =>
            {
                if (total is { IsCompletedSuccessfully: true, Result: { } count })
                {
                    task.IsIndeterminate = false;
                    task.MaxValue = Math.Max(1, count);
                }
                else
                {
                    // An unknown end stays ahead, for a task that reaches its maximum counts as finished.
                    task.MaxValue = tally.Done + 1;
                }

                task.Value = tally.Done;
                task.Description = tally.ToString();
            });
        });
}
