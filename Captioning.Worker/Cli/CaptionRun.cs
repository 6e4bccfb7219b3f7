using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Speech;
using Captioning.Worker.Inputs;
using Captioning.Worker.Messaging;
using Captioning.Worker.Output;
using Captioning.Worker.Speech;
using Captioning.Worker.Stores;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary>One run of <c>captioning caption</c>.</summary>
internal sealed class CaptionRun(CaptionSettings settings, Terminal terminal, TimeProvider time)
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using ILoggerFactory loggers = CliLogging.Create(settings.LogLevel);
        CaptionEngineOptions options = EngineOptions();

        using OutputFolder? folder = OpenOutputFolder();
        await using CaptionEngine engine = CaptionEngine.Load(options, loggers, time);
        await using Speaker speaker = new(new VoiceCatalog(settings.VoiceFolder), Stores(), settings.Device, loggers, time);
        if (settings.Speak)
        {
            speaker.Check(settings.Voice);
        }

        // An interrupted run does not wait for the speech of all that is under way.
        await using CancellationTokenRegistration stop = cancellationToken.Register(speaker.Stop);
        await using LocalWorker worker = await LocalWorker.StartAsync(engine, options, speaker, loggers, time);
        return await RunAsync(worker.AskAsync, RequestEndpoint.UnderWay(options), folder, cancellationToken);
    }

    /// <summary>Runs with anything that answers requests.</summary>
    internal async Task<int> RunAsync(
        Func<string, CaptionImage, Task<CaptionResult>> ask, int window, OutputFolder? folder, CancellationToken cancellationToken)
    {
        IRunProgress progress = terminal.CanShowProgress(settings.Format) ? new ProgressBar(terminal.Messages) : new ProgressLines(terminal.Messages);
        RunTally tally = await progress.ShowAsync(report => CaptionAllAsync(ask, window, folder, report, cancellationToken), CountAsync(cancellationToken));
        bool interrupted = cancellationToken.IsCancellationRequested;
        terminal.Messages.WriteLine(interrupted ? $"Interrupted: {tally}" : tally.ToString());
        return interrupted ? ExitCode.Interrupted : tally.Failed + tally.Unspoken > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private async Task<RunTally> CaptionAllAsync(
        Func<string, CaptionImage, Task<CaptionResult>> ask,
        int window,
        OutputFolder? folder,
        Action<RunTally> report,
        CancellationToken cancellationToken)
    {
        IResultWriter writer = CreateWriter();
        OutputNames? names = settings.OutputFolder is not null || settings.Speak ? new OutputNames(settings.OutputFolder ?? ".") : null;
        long started = time.GetTimestamp();
        RunTally tally = default;
        IEnumerable<InputImage> inputs = InputExpander.Expand(settings.Paths, StandardInput());
        await foreach (Answered answered in OrderedWindow.RunAsync(inputs, input => AskAsync(ask, input, names), window, cancellationToken))
        {
            CaptionResult result = Keep(answered, folder);
            writer.Write(result);
            tally = Count(tally, result) with { Elapsed = time.GetElapsedTime(started) };
            report(tally);
        }

        writer.Complete();
        return tally;
    }

    /// <summary>A result and the path, without extension, of what is written about it.</summary>
    private readonly record struct Answered(CaptionResult Result, string? Stem);

    private async Task<Answered> AskAsync(Func<string, CaptionImage, Task<CaptionResult>> ask, InputImage input, OutputNames? names)
    {
        if (input.Problem is { } problem)
        {
            return new Answered(Failure(input.Path, problem.Reason, problem.Message), null);
        }

        string? stem = names?.Take(input.Name);
        try
        {
            return new Answered(await ask(input.Path, Request(input, stem)), stem);
        }
        catch (MassTransit.RequestException e)
        {
            return new Answered(Failure(input.Path, FailureReason.Internal, e.Message), stem);
        }
    }

    private CaptionImage Request(InputImage input, string? stem) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        Image = FileUri.FromPath(input.Path),
        Beam = settings.Beam,
        Candidates = settings.Candidates,
        Speak = settings.Speak
            ? new SpeakOptions { Destination = FileUri.FromPath(stem + OutputNames.SpeechExtension), Voice = settings.Voice }
            : null,
    };

    private static CaptionResult Keep(Answered answered, OutputFolder? folder)
    {
        CaptionResult result = answered.Result;
        try
        {
            folder?.Write(result, answered.Stem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failure(result.Path, FailureReason.Internal, $"The caption of '{result.Path}' cannot be written: {e.Message}");
        }

        return result;
    }

    private RunTally Count(RunTally tally, CaptionResult result)
    {
        if (result.Failed is { } failed)
        {
            terminal.Error($"{failed.Message} [{failed.Reason}]");
            return tally with { Failed = tally.Failed + 1 };
        }

        if (result.Captioned is { SpeechError: { } error })
        {
            terminal.Error($"The caption of '{result.Path}' could not be spoken: {error}");
            return tally with { Captioned = tally.Captioned + 1, Unspoken = tally.Unspoken + 1 };
        }

        return tally with { Captioned = tally.Captioned + 1 };
    }

    private AudioStores Stores()
    {
        string folder = Path.GetFullPath(settings.OutputFolder ?? ".");
        return new AudioStores([new LocalAudioStore([folder], time)], new AudioOptions { Location = folder });
    }

    private CaptionEngineOptions EngineOptions()
    {
        CaptionEngineOptions options = new() { ModelPath = settings.ModelPath, Device = settings.Device, MaxBatchSize = settings.BatchSize };
        options.QueueCapacity = RequestEndpoint.UnderWay(options);
        return options;
    }

    private IResultWriter CreateWriter() => settings.Format switch
    {
        OutputFormat.JsonLines => new JsonLinesWriter(terminal.Output),
        OutputFormat.Json => new JsonArrayWriter(terminal.Output),
        OutputFormat.Text => new PlainTextWriter(terminal.Output),
        _ => new TableWriter(terminal.Tables),
    };

    /// <summary>Counts ahead of the run, so that the progress has an end: null where standard input has a say.</summary>
    private Task<long?> CountAsync(CancellationToken cancellationToken) => settings.Paths.Contains(InputExpander.StandardInput)
        ? Task.FromResult<long?>(null)
        : Task.Run<long?>(() => InputExpander.Expand(settings.Paths, []).TakeWhile(_ => !cancellationToken.IsCancellationRequested).LongCount(), CancellationToken.None);

    private IEnumerable<string> StandardInput()
    {
        using TextReader reader = terminal.Input();
        foreach (string path in PathList.Read(reader, settings.NulSeparated))
        {
            yield return path;
        }
    }

    private OutputFolder? OpenOutputFolder()
    {
        try
        {
            return settings.OutputFolder is { } folder ? new OutputFolder(folder) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The folder of --output cannot be written to: {e.Message}");
        }
    }

    private static CaptionResult Failure(string path, FailureReason reason, string message) => new(path, null, new CaptionFailed
    {
        RequestId = string.Empty,
        Reason = reason,
        Message = message,
        Retryable = false,
        Worker = string.Empty,
    });
}
