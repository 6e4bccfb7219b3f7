using System.Threading.Channels;
using Captioning.Contracts;
using Captioning.Trainer.Training;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Trainer.Service;

/// <summary>Carries out the trainings of the ledger, one at a time, and tells of them. One that is under way when the service stops goes on when it runs again.</summary>
internal sealed partial class TrainingLoop(
    Retraining retraining, TrainingLedger ledger, IBus bus, TimeProvider time, ILogger<TrainingLoop> logger) : BackgroundService
{
    private const int ProgressKept = 100;

    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _signal = new(0);
    private readonly Lock _lock = new();
    private (string TrainingId, CancellationTokenSource Cancel)? _running;

    /// <summary>Adds a training.</summary>
    /// <returns>False where there was one of that id before.</returns>
    public bool Add(string trainingId, string? reason)
    {
        if (!ledger.Add(trainingId, reason))
        {
            return false;
        }

        Log.Added(logger, trainingId, reason ?? "no reason given");
        _signal.Release();
        return true;
    }

    /// <summary>Ends a training that waits or runs.</summary>
    /// <returns>False where there is none of that id.</returns>
    public bool Cancel(string trainingId)
    {
        if (!ledger.Cancel(trainingId))
        {
            return false;
        }

        lock (_lock)
        {
            if (_running is { } running && running.TrainingId == trainingId)
            {
                running.Cancel.Cancel();
            }
        }

        _signal.Release();
        return true;
    }

    public override void Dispose()
    {
        _signal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (ledger.Next() is { } training)
                {
                    await RunAsync(training, stoppingToken);
                }
                else
                {
                    await _signal.WaitAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A full disk, for example. The training is still in the ledger.
                Log.Fault(logger, FaultDelay.TotalSeconds, e);
                await Task.Delay(FaultDelay, time, stoppingToken);
            }
        }
    }

    private async Task RunAsync(TrainingRecord training, CancellationToken stoppingToken)
    {
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        lock (_lock)
        {
            _running = (training.TrainingId, cancel);
        }

        long start = time.GetTimestamp();
        try
        {
            // Whoever cancelled before that has left a note.
            if (ledger.Find(training.TrainingId) is { IsCancelled: true })
            {
                await cancel.CancelAsync();
            }

            TrainingReport report = await TrainAsync(training, cancel.Token);
            await FinishAsync(training, report, stoppingToken);
            TrainerMetrics.CountTraining(report.IsPublished ? TrainingStatus.Published : TrainingStatus.Rejected, time.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            await EndAsync(training, TrainingStatus.Cancelled, "The training was cancelled.", stoppingToken);
            TrainerMetrics.CountTraining(TrainingStatus.Cancelled, time.GetElapsedTime(start));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(logger, training.TrainingId, e);
            await EndAsync(training, TrainingStatus.Failed, $"The training failed: {e.Message}", stoppingToken);
            TrainerMetrics.CountTraining(TrainingStatus.Failed, time.GetElapsedTime(start));
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }
        }
    }

    /// <summary>Trains on a thread of its own; what is told of progress is sent beside it, and left out where the broker does not keep up.</summary>
    private async Task<TrainingReport> TrainAsync(TrainingRecord training, CancellationToken cancellationToken)
    {
        Log.Started(logger, training.TrainingId);
        Channel<TrainingProgressed> progress = Channel.CreateBounded<TrainingProgressed>(new BoundedChannelOptions(ProgressKept) { FullMode = BoundedChannelFullMode.DropOldest });
        Task sending = SendAsync(progress.Reader, cancellationToken);
        try
        {
            return await Task.Factory.StartNew(
                () => retraining.Run(training, stage => Tell(stage), cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            TorchMemory.Release();
            progress.Writer.Complete();
            await sending;
        }

        void Tell(StageReport stage)
        {
            Log.Progress(logger, training.TrainingId, stage.Stage, stage.Fraction);
            progress.Writer.TryWrite(new TrainingProgressed
            {
                TrainingId = training.TrainingId, Stage = stage.Stage, Fraction = stage.Fraction, Loss = stage.Loss, Time = time.GetUtcNow(),
            });
        }
    }

    private async Task SendAsync(ChannelReader<TrainingProgressed> progress, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (TrainingProgressed message in progress.ReadAllAsync(cancellationToken))
            {
                await bus.Publish(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotTold(logger, e);
        }
        catch (OperationCanceledException)
        {
            // Nobody is told of the progress of a training that was ended.
        }
    }

    /// <summary>Tells first and notes then: what is told may be told twice, but is not lost.</summary>
    private async Task FinishAsync(TrainingRecord training, TrainingReport report, CancellationToken stoppingToken)
    {
        if (report.IsPublished)
        {
            await bus.Publish(
                new ModelPublished
                {
                    Model = new ModelReference(report.ModelId, report.CandidateVersion),
                    TrainingId = training.TrainingId,
                    Replaces = report.BaseVersion,
                    Scores = report.Candidate?.ToMessage(),
                    Time = time.GetUtcNow(),
                },
                stoppingToken);
            ledger.Finish(training, TrainingStatus.Published, report.Reason);
            Log.Published(logger, training.TrainingId, report.ModelId, report.CandidateVersion, report.Reason);
            return;
        }

        await EndAsync(training, TrainingStatus.Rejected, report.Reason, stoppingToken, report);
    }

    private async Task EndAsync(TrainingRecord training, TrainingStatus status, string reason, CancellationToken stoppingToken, TrainingReport? report = null)
    {
        await bus.Publish(
            new TrainingRejected
            {
                TrainingId = training.TrainingId,
                Reason = reason,
                Candidate = report?.Candidate?.ToMessage(),
                Current = report?.Current?.ToMessage(),
                Time = time.GetUtcNow(),
            },
            stoppingToken);
        ledger.Finish(training, status, reason);
        Log.Ended(logger, training.TrainingId, status, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Training {TrainingId} was asked for: {Reason}")]
        public static partial void Added(ILogger logger, string trainingId, string reason);

        [LoggerMessage(2, LogLevel.Information, "Training {TrainingId} runs")]
        public static partial void Started(ILogger logger, string trainingId);

        [LoggerMessage(3, LogLevel.Information, "Training {TrainingId}: {Stage}, {Fraction:P0} done")]
        public static partial void Progress(ILogger logger, string trainingId, string stage, double fraction);

        [LoggerMessage(4, LogLevel.Information, "Training {TrainingId} has published {Model} {Version}: {Reason}")]
        public static partial void Published(ILogger logger, string trainingId, string model, string version, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Training {TrainingId} ends {Status}: {Reason}")]
        public static partial void Ended(ILogger logger, string trainingId, TrainingStatus status, string reason);

        [LoggerMessage(6, LogLevel.Error, "Training {TrainingId} has failed")]
        public static partial void Failed(ILogger logger, string trainingId, Exception exception);

        [LoggerMessage(7, LogLevel.Error, "Trainings cannot go on; trying again in {Seconds} s")]
        public static partial void Fault(ILogger logger, double seconds, Exception exception);

        [LoggerMessage(8, LogLevel.Warning, "Progress could not be told")]
        public static partial void NotTold(ILogger logger, Exception exception);
    }
}
