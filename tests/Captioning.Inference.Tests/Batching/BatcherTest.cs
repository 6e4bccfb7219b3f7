using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>What the tests of the batcher share.</summary>
internal static class BatcherTest
{
    public static DynamicBatcher<int, string> Create(
        GatedHandler handler,
        int maxBatchSize = 16,
        int capacity = 256,
        int maxBatchesWithoutBulk = 4,
        TimeSpan maxDelay = default,
        BatchObserver? observer = null,
        TimeProvider? time = null) => new(
            handler.Run,
            new DynamicBatcherOptions
            {
                MaxBatchSize = maxBatchSize,
                Capacity = capacity,
                MaxBatchesWithoutBulk = maxBatchesWithoutBulk,
                MaxDelay = maxDelay,
            },
            observer,
            time);

    /// <summary>Has the handler stand in a call of its own, with item 0, so that all further items wait.</summary>
    public static async Task<Task<string>> OccupyAsync(this DynamicBatcher<int, string> batcher, GatedHandler handler)
    {
        Task<string> occupant = batcher.SubmitAsync(0, BatchPriority.Interactive);
        await handler.EnteredAsync();
        return occupant;
    }

    public static Task<string>[] Submit(this DynamicBatcher<int, string> batcher, BatchPriority priority, params int[] items) =>
        [.. items.Select(i => batcher.SubmitAsync(i, priority))];

    public static Task<string[]> AllAsync(this IEnumerable<Task<string>> tasks) => Task.WhenAll(tasks).WaitAsync(GatedHandler.Patience);

    public static async Task AssertCancelledAsync(params Task<string>[] tasks)
    {
        foreach (Task<string> task in tasks)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(GatedHandler.Patience));
            Assert.True(task.IsCanceled);
        }
    }
}
