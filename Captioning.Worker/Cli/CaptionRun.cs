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
    private readonly InputArguments _inputs = new(settings.Paths, settings.NulSeparated, terminal);

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
        RunTally tally = await progress.ShowAsync(report => CaptionAllAsync(ask, window, folder, report, cancellationToken), _inputs.CountAsync(cancellationToken));
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
        await foreach (Answered answered in OrderedWindow.RunAsync(_inputs.Expand(), input => AskAsync(ask, input, names), window, cancellationToken))
        {
            CaptionResult result = Keep(answered, folder);
            writer.Write(result);
            tally = tally.Add(result, terminal) with { Elapsed = time.GetElapsedTime(started) };
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
            return new Answered(CaptionResult.Failure(input.Path, problem.Reason, problem.Message), null);
        }

        string? stem = names?.Take(input.Name);
        try
        {
            return new Answered(await ask(input.Path, Request(input, stem)), stem);
        }
        catch (MassTransit.RequestException e)
        {
            return new Answered(CaptionResult.Failure(input.Path, FailureReason.Internal, e.Message), stem);
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
            return CaptionResult.Failure(result.Path, FailureReason.Internal, $"The caption of '{result.Path}' cannot be written: {e.Message}");
        }

        return result;
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
}
