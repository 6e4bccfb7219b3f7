using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>The end of a batcher.</summary>
public sealed class DynamicBatcherShutdownTests
{
    [Fact]
    public async Task Drain_ItemsWait_RunsThemAllAndRefusesNewOnes()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, capacity: 2);
        Task<string> first = await batcher.OccupyAsync(handler);
        Task<string>[] rest = batcher.Submit(BatchPriority.Bulk, 1, 2, 3);

        Task drained = batcher.DrainAsync();
        Assert.False(drained.IsCompleted);
        await Assert.ThrowsAsync<BatcherClosedException>(() => batcher.SubmitAsync(9, BatchPriority.Interactive));
        handler.OpenForGood();
        await drained.WaitAsync(GatedHandler.Patience);

        Assert.All(rest.Prepend(first), task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal([[0], [1, 2], [3]], handler.Calls);
    }

    [Fact]
    public async Task Drain_ItemsHeldBack_RunsThemWithoutTheClockMoving()
    {
        GatedHandler handler = new();
        TimerRecorder time = new();
        await using var batcher = BatcherTest.Create(handler, maxDelay: TimeSpan.FromMilliseconds(10), time: time);
        Task<string> task = batcher.SubmitAsync(1, BatchPriority.Bulk);
        await time.TimerSetAsync();
        handler.OpenForGood();

        await batcher.DrainAsync().WaitAsync(GatedHandler.Patience);
        Assert.True(task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Drain_TokenFires_CancelsWhatWaitsAndAsksTheHandlerToStop()
    {
        GatedHandler handler = new(obeysToken: false);
        using CancellationTokenSource patience = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, capacity: 2);
        Task<string> running = await batcher.OccupyAsync(handler);
        Task<string>[] rest = batcher.Submit(BatchPriority.Bulk, 1, 2, 3);
        Task drained = batcher.DrainAsync(patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained.WaitAsync(GatedHandler.Patience));
        await BatcherTest.AssertCancelledAsync(rest);
        Assert.True(handler.Token.IsCancellationRequested);
        Assert.False(running.IsCompleted);
        handler.OpenForGood();
        Assert.Equal(["<0>"], await BatcherTest.AllAsync([running]));
        Assert.Equal([[0]], handler.Calls);
    }

    [Fact]
    public async Task Dispose_BatchRuns_CancelsWhatWaitsAndWaitsForTheHandler()
    {
        GatedHandler handler = new(obeysToken: false);
        var batcher = BatcherTest.Create(handler);
        Task<string> running = await batcher.OccupyAsync(handler);
        Task<string>[] rest = batcher.Submit(BatchPriority.Bulk, 1, 2);

        Task disposed = batcher.DisposeAsync().AsTask();
        await BatcherTest.AssertCancelledAsync(rest);
        Assert.False(disposed.IsCompleted);
        handler.Open();
        await disposed.WaitAsync(GatedHandler.Patience);

        Assert.Equal("<0>", await running);
        Assert.Equal([[0]], handler.Calls);
        await Assert.ThrowsAsync<BatcherClosedException>(() => batcher.SubmitAsync(9, BatchPriority.Bulk));
        await batcher.DisposeAsync();
        await batcher.DrainAsync();
    }

    [Fact]
    public async Task Dispose_HandlerObeysItsToken_CancelsTheRunningItems()
    {
        GatedHandler handler = new();
        var batcher = BatcherTest.Create(handler);
        Task<string> running = await batcher.OccupyAsync(handler);

        await batcher.DisposeAsync().AsTask().WaitAsync(GatedHandler.Patience);

        await BatcherTest.AssertCancelledAsync(running);
    }

    [Fact]
    public async Task Dispose_WhileABatchIsRunAgainOneByOne_CancelsTheRest()
    {
        GatedHandler handler = new((items, token) => items.Count > 1 ? throw new FormatException("batch") : GatedHandler.Echo(items, token));
        var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string>[] tasks = batcher.Submit(BatchPriority.Bulk, 1, 2, 3);
        handler.Open(2);
        await handler.EnteredAsync();
        await handler.EnteredAsync();

        await batcher.DisposeAsync().AsTask().WaitAsync(GatedHandler.Patience);

        await BatcherTest.AssertCancelledAsync(tasks);
        Assert.Equal([[0], [1, 2, 3], [1]], handler.Calls);
    }
}
