using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Captioning.Contracts;
using Captioning.Worker.Inputs;
using Captioning.Worker.Messaging;
using Captioning.Worker.Output;
using Captioning.Worker.Requests;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary>One run of <c>captioning enqueue</c>.</summary>
internal sealed class EnqueueRun(EnqueueSettings settings, Terminal terminal, TimeProvider time)
{
    /// <summary>Requests on their way at once: more than many workers take at once, and few enough to remember.</summary>
    private const int Window = 2_000;

    /// <summary>The same for requests that hold their photos.</summary>
    private const int InlineWindow = 100;

    private readonly InputArguments _inputs = new(settings.Paths, settings.NulSeparated, terminal);

    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The broker or the file of results cannot be used.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using JournaledResults? file = settings.OutputFile is { } path
            ? JournaledResults.Open(path, JsonSerializer.Serialize(settings.Request, PlainJsonSerializer.Options))
            : null;
        string run = file?.Run ?? Guid.NewGuid().ToString("N");
        await using BrokerClient client = await BrokerClient.ConnectAsync(settings.Broker, $"captioning-enqueue-{run}", time, cancellationToken);
        if (file is { Done.Count: > 0 })
        {
            terminal.Messages.WriteLine($"{file.Done.Count:N0} results are there already.");
        }

        IRunProgress progress = terminal.CanShowProgress(settings.OutputFile is null ? OutputFormat.JsonLines : OutputFormat.Table)
            ? new ProgressBar(terminal.Messages)
            : new ProgressLines(terminal.Messages);
        RunTally tally = await progress.ShowAsync(report => AskAllAsync(client, run, file, report, cancellationToken), CountAsync(file, cancellationToken));
        bool interrupted = cancellationToken.IsCancellationRequested;
        if (!interrupted || file is null)
        {
            await client.ForgetAsync();
        }

        terminal.Messages.WriteLine(interrupted ? $"Interrupted: {tally}" : tally.ToString());
        if (interrupted && file is not null)
        {
            terminal.Messages.WriteLine("The same command goes on from here.");
        }

        return interrupted ? ExitCode.Interrupted : tally.Failed + tally.Unspoken > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private async Task<RunTally> AskAllAsync(
        BrokerClient client, string run, JournaledResults? file, Action<RunTally> report, CancellationToken cancellationToken)
    {
        JsonLinesWriter output = new(terminal.Output);

        // A photo that is named twice is asked about once.
        HashSet<string> asked = new(file?.Done ?? new HashSet<string>(), StringComparer.Ordinal);
        IEnumerable<InputImage> inputs = _inputs.Expand().Where(input => input.Problem is not null || asked.Add(Key(input)));
        long started = time.GetTimestamp();
        RunTally tally = default;
        await foreach ((InputImage input, CaptionResult? result) in OrderedWindow.RunAsync(
            inputs, input => AskAsync(client, run, input, cancellationToken), settings.Inline ? InlineWindow : Window, cancellationToken))
        {
            if (result is null)
            {
                // Stopped while it was waited for.
                continue;
            }

            if (file is null)
            {
                output.Write(result);
            }
            else if (input.Problem is not null || result.Failed is { Retryable: true })
            {
                file.Write(result);
            }
            else
            {
                file.Write(result, Key(input));
            }

            tally = tally.Add(result, terminal) with { Elapsed = time.GetElapsedTime(started) };
            report(tally);
        }

        return tally;
    }

    private async Task<(InputImage Input, CaptionResult? Result)> AskAsync(BrokerClient client, string run, InputImage input, CancellationToken cancellationToken)
    {
        if (input.Problem is { } problem)
        {
            return (input, CaptionResult.Failure(input.Path, problem.Reason, problem.Message));
        }

        try
        {
            string image = settings.Inline ? await InlineAsync(input.Path, cancellationToken) : FileUri.FromPath(input.Path);
            Answer answer = await client.AskAsync(settings.Request with { RequestId = $"{run}/{Key(input)}", Image = image }, cancellationToken);
            return (input, new CaptionResult(input.Path, answer.Captioned, answer.Failed));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (input, null);
        }
        catch (Exception e) when (settings.Inline && e is IOException or UnauthorizedAccessException)
        {
            return (input, CaptionResult.Failure(input.Path, FailureReason.Unreadable, $"'{input.Path}' cannot be read: {e.Message}"));
        }
    }

    /// <summary>The photo as a URI of its own; whatever it is, the worker finds out.</summary>
    private static async Task<string> InlineAsync(string path, CancellationToken cancellationToken) =>
        $"data:application/octet-stream;base64,{Convert.ToBase64String(await File.ReadAllBytesAsync(path, cancellationToken))}";

    private async Task<long?> CountAsync(JournaledResults? file, CancellationToken cancellationToken) =>
        await _inputs.CountAsync(cancellationToken) - (file?.Done.Count ?? 0);

    /// <summary>Names an image within its run: the same path again is the same request again.</summary>
    private static string Key(InputImage input) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(input.Path))).AsSpan(0, 16));
}
