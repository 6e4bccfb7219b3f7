using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Stores;

/// <summary>Deletes the leftovers of killed workers when the worker starts, beside its work: there may be many files to look through.</summary>
internal sealed partial class LeftoverCleanup(LocalAudioStore store, ILogger<LeftoverCleanup> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(
        () =>
        {
            try
            {
                int deleted = store.DeleteLeftovers(stoppingToken);
                if (deleted > 0)
                {
                    Log.Deleted(logger, deleted);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.Undeleted(logger, e);
            }
        },
        stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Deleted {Count} unfinished audio files that earlier workers left")]
        public static partial void Deleted(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Unfinished audio files of earlier workers could not be deleted")]
        public static partial void Undeleted(ILogger logger, Exception exception);
    }
}
