using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>Full queues.</summary>
public sealed class DynamicBatcherBackPressureTests
{
    [Fact]
    public async Task Enqueue_QueueFull_WaitsForAPlace()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, capacity: 2);
        await batcher.OccupyAsync(handler);
        batcher.Submit(BatchPriority.Bulk, 1, 2);

        Task<Task<string>> third = batcher.EnqueueAsync(3, BatchPriority.Bulk).AsTask();
        Task<string> fourth = batcher.SubmitAsync(4, BatchPriority.Bulk);
        Assert.False(third.IsCompleted);
        Assert.Equal((2, 2), (batcher.CountWaiting(BatchPriority.Bulk), batcher.CountBlocked(BatchPriority.Bulk)));

        handler.Open();
        await handler.EnteredAsync();
        Task<string> result = await third.WaitAsync(GatedHandler.Patience);
        Assert.False(result.IsCompleted);
        Assert.Equal((2, 0), (batcher.CountWaiting(BatchPriority.Bulk), batcher.CountBlocked(BatchPriority.Bulk)));

        handler.OpenForGood();
        Assert.Equal(["<3>", "<4>"], await BatcherTest.AllAsync([result, fourth]));
        Assert.Equal([[0], [1, 2], [3, 4]], handler.Calls);
    }

    [Fact]
    public async Task Enqueue_QueueHasRoom_CompletesAtOnce()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, capacity: 2);
        await batcher.OccupyAsync(handler);

        Assert.True(batcher.EnqueueAsync(1, BatchPriority.Bulk).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Enqueue_BulkQueueFull_InteractivePasses()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, capacity: 2);
        await batcher.OccupyAsync(handler);
        batcher.Submit(BatchPriority.Bulk, 11, 12, 13);
        Assert.Equal(1, batcher.CountBlocked(BatchPriority.Bulk));

        Task<Task<string>> interactive = batcher.EnqueueAsync(1, BatchPriority.Interactive).AsTask();
        Assert.True(interactive.IsCompletedSuccessfully);
        handler.OpenForGood();

        Assert.Equal("<1>", await (await interactive).WaitAsync(GatedHandler.Patience));
        await batcher.DrainAsync();
        Assert.Equal([[0], [1, 11], [12, 13]], handler.Calls);
    }

    [Fact]
    public async Task Cancel_WhileBlocked_LeavesTheLine()
    {
        GatedHandler handler = new();
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 1, capacity: 1);
        await batcher.OccupyAsync(handler);
        batcher.Submit(BatchPriority.Bulk, 1);
        Task<Task<string>> blocked = batcher.EnqueueAsync(2, BatchPriority.Bulk, cancellation.Token).AsTask();
        Task<string> alsoBlocked = batcher.SubmitAsync(3, BatchPriority.Bulk, cancellation.Token);
        Assert.Equal(2, batcher.CountBlocked(BatchPriority.Bulk));

        await cancellation.CancelAsync();

        await BatcherTest.AssertCancelledAsync(await blocked.WaitAsync(GatedHandler.Patience), alsoBlocked);
        Assert.Equal((1, 0), (batcher.CountWaiting(BatchPriority.Bulk), batcher.CountBlocked(BatchPriority.Bulk)));
        handler.OpenForGood();
        await batcher.DrainAsync();
        Assert.Equal([[0], [1]], handler.Calls);
    }

    [Fact]
    public async Task Cancel_WhileWaiting_GivesThePlaceToTheLine()
    {
        GatedHandler handler = new();
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 1, capacity: 1);
        await batcher.OccupyAsync(handler);
        Task<string> waiting = batcher.SubmitAsync(1, BatchPriority.Bulk, cancellation.Token);
        Task<Task<string>> blocked = batcher.EnqueueAsync(2, BatchPriority.Bulk).AsTask();
        Assert.False(blocked.IsCompleted);

        await cancellation.CancelAsync();

        await BatcherTest.AssertCancelledAsync(waiting);
        await blocked.WaitAsync(GatedHandler.Patience);
        handler.OpenForGood();
        await batcher.DrainAsync();
        Assert.Equal([[0], [2]], handler.Calls);
    }
}
