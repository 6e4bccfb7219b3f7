namespace Captioning.Worker.Tests.Telemetry;

/// <summary>Waits for what other processes and timers bring about.</summary>
internal static class Poll
{
    // Far beyond what a slow machine needs: a test that waits for it has failed.
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Asks again and again until something is found.</summary>
    /// <exception cref="TimeoutException">It was not; the message says what.</exception>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> find)
        where T : class
    {
        using CancellationTokenSource timeout = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            try
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"{what} did not come.", e);
            }
        }
    }
}
