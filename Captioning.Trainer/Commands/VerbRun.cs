using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Training;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>Runs what a verb does: input that it cannot work with becomes a message and an exit code.</summary>
internal static class VerbRun
{
    /// <summary>Runs synchronous work away from the caller's thread.</summary>
    /// <param name="run">Gives the exit code.</param>
    /// <param name="messages">Where errors go.</param>
    /// <param name="whenStopped">What is said after Ctrl-C.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Task<int> RunAsync(Func<int> run, IAnsiConsole messages, string whenStopped, CancellationToken cancellationToken) =>
        RunAsync(() => Task.Run(run), messages, whenStopped, cancellationToken);

    /// <inheritdoc cref="RunAsync(Func{int}, IAnsiConsole, string, CancellationToken)"/>
    public static async Task<int> RunAsync(Func<Task<int>> run, IAnsiConsole messages, string whenStopped, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is DatasetException or EvaluationException or ModelLoadException or DeviceUnavailableException or TrainingException or ExportException
            or FeatureException or ImageRejectedException or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"error: {e.Message}");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            messages.WriteLine(whenStopped);
            return ExitCode.Interrupted;
        }
    }
}
