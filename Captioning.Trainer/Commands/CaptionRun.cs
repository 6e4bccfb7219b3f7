using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>Captions a list of images and shows how far it is: a bar on a terminal, a line for each tenth elsewhere.</summary>
internal sealed class CaptionRun(IImageCaptioner captioner, IAnsiConsole console, bool isTerminal, TimeProvider time)
{
    /// <summary>Captions the images of a folder.</summary>
    /// <returns>One outcome for each name, in order, and how long it took.</returns>
    public async Task<(ImageOutcome[] Outcomes, TimeSpan Elapsed)> RunAsync(
        IReadOnlyList<string> names, string folder, CancellationToken cancellationToken)
    {
        ImageOutcome[] outcomes = new ImageOutcome[names.Count];
        long start = time.GetTimestamp();
        if (isTerminal)
        {
            await console.Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
                .StartAsync(context =>
                {
                    ProgressTask task = context.AddTask("captioning", maxValue: names.Count);
                    return CaptionAsync(done =>
                    {
                        task.Value = done;
                        task.Description = Rate(done);
                    });
                });
        }
        else
        {
            int step = Math.Max(1, names.Count / 10);
            await CaptionAsync(done =>
            {
                if (done % step == 0)
                {
                    console.WriteLine($"{done:N0} of {names.Count:N0} images, {Rate(done)}");
                }
            });
        }

        return (outcomes, time.GetElapsedTime(start));

        Task CaptionAsync(Action<int> report)
        {
            int done = 0;
            Lock reporting = new();
            ParallelOptions options = new() { MaxDegreeOfParallelism = captioner.Concurrency, CancellationToken = cancellationToken };
            return Parallel.ForAsync(0, names.Count, options, async (i, token) =>
            {
                outcomes[i] = await captioner.CaptionAsync(Path.Combine(folder, names[i]), token);
                lock (reporting)
                {
                    report(++done);
                }
            });
        }

        string Rate(int done)
        {
            double seconds = time.GetElapsedTime(start).TotalSeconds;
            return seconds > 0 ? $"{done / seconds:0.0} images/s" : "starting";
        }
    }
}
