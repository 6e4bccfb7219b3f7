using Captioning.Trainer.Feedback;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Trainer.Service;

/// <summary>Asks for a training when enough new captions have come, or one has waited for long enough.</summary>
internal sealed partial class TrainingTriggers(
    TriggerOptions options, FeedbackStore feedback, TrainingLedger ledger, TrainingLoop loop, TimeProvider time, ILogger<TrainingTriggers> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Looks whether a training is due.</summary>
    public void Look()
    {
        long used = ledger.LastFeedback();
        long last = feedback.Last();
        if (last <= used || ledger.Next() is not null)
        {
            return;
        }

        // The id tells what the training was for: it is asked for once, even where it ends without a model.
        long waiting = feedback.CountAfter(used);
        if (waiting >= options.AfterItems)
        {
            loop.Add($"after-{waiting}-items-{last}", $"{waiting} new captions");
        }
        else if (options.Interval is { } interval && feedback.FirstAfter(used) is { } first && time.GetUtcNow() - first >= interval)
        {
            loop.Add($"scheduled-{last}", $"{waiting} new captions, the first of which has waited for {interval}");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            try
            {
                Look();
            }
            catch (Exception e)
            {
                Log.Fault(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "It cannot be told whether a training is due")]
        public static partial void Fault(ILogger logger, Exception exception);
    }
}
