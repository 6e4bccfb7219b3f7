using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>Which items make a batch, and when.</summary>
public sealed class DynamicBatcherFormationTests
{
    [Fact]
    public async Task Submit_HandlerBusy_WaitingItemsMakeOneBatch()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler);
        Task<string> first = await batcher.OccupyAsync(handler);
        Task<string>[] rest = batcher.Submit(BatchPriority.Interactive, 1, 2, 3, 4, 5);
        Assert.Equal(5, batcher.CountWaiting(BatchPriority.Interactive));
        handler.Open(2);

        Assert.Equal(["<0>", "<1>", "<2>", "<3>", "<4>", "<5>"], await rest.Prepend(first).AllAsync());
        Assert.Equal([[0], [1, 2, 3, 4, 5]], handler.Calls);
        Assert.Equal(0, batcher.CountWaiting(BatchPriority.Interactive));
    }

    [Fact]
    public async Task Submit_MoreThanMaxBatchSizeWait_BatchesAreFullAndInOrder()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 3);
        await batcher.OccupyAsync(handler);
        Task<string>[] rest = batcher.Submit(BatchPriority.Bulk, 1, 2, 3, 4, 5, 6, 7);
        handler.OpenForGood();

        await rest.AllAsync();
        Assert.Equal([[0], [1, 2, 3], [4, 5, 6], [7]], handler.Calls);
    }

    [Fact]
    public async Task Submit_BothPriorities_InteractiveGoesFirstAndBulkFillsTheRest()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 3);
        await batcher.OccupyAsync(handler);
        Task<string>[] bulk = batcher.Submit(BatchPriority.Bulk, 11, 12, 13);
        Task<string>[] interactive = batcher.Submit(BatchPriority.Interactive, 1, 2);
        handler.OpenForGood();

        await bulk.Concat(interactive).AllAsync();
        Assert.Equal([[0], [1, 2, 11], [12, 13]], handler.Calls);
    }

    [Fact]
    public async Task Submit_InteractiveKeepsComing_BulkGetsAPlaceAfterTheSetNumberOfBatches()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, maxBatchesWithoutBulk: 2);
        await batcher.OccupyAsync(handler);
        Task<string>[] bulk = batcher.Submit(BatchPriority.Bulk, 101, 102);
        Task<string>[] interactive = batcher.Submit(BatchPriority.Interactive, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        handler.OpenForGood();

        await bulk.Concat(interactive).AllAsync();
        Assert.Equal([[0], [1, 2], [3, 4], [101, 5], [6, 7], [8, 9], [102, 10]], handler.Calls);
    }

    [Fact]
    public async Task Submit_MaxBatchSizeOne_NeitherPriorityStarves()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 1, maxBatchesWithoutBulk: 1);
        await batcher.OccupyAsync(handler);
        Task<string>[] bulk = batcher.Submit(BatchPriority.Bulk, 101, 102, 103);
        Task<string>[] interactive = batcher.Submit(BatchPriority.Interactive, 1, 2);
        handler.OpenForGood();

        await bulk.Concat(interactive).AllAsync();
        Assert.Equal([[0], [1], [101], [2], [102], [103]], handler.Calls);
    }

    [Fact]
    public async Task MaxDelay_BatchNotFull_CountsFromTheOldestItem()
    {
        GatedHandler handler = new();
        TimerRecorder time = new();
        TimeSpan[] waits = [];
        await using var batcher = BatcherTest.Create(
            handler, maxDelay: TimeSpan.FromMilliseconds(10), time: time, observer: batch => waits = batch.QueueWaits.ToArray());

        Task<string> oldest = batcher.SubmitAsync(1, BatchPriority.Bulk);
        Assert.Equal(TimeSpan.FromMilliseconds(10), await time.TimerSetAsync());
        time.Advance(TimeSpan.FromMilliseconds(4));
        Task<string> newest = batcher.SubmitAsync(2, BatchPriority.Interactive);
        time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Empty(handler.Calls);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await handler.EnteredAsync();
        handler.OpenForGood();

        await BatcherTest.AllAsync([oldest, newest]);
        await batcher.DrainAsync();
        Assert.Equal([[2, 1]], handler.Calls);
        Assert.Equal([TimeSpan.FromMilliseconds(6), TimeSpan.FromMilliseconds(10)], waits);
    }

    [Fact]
    public async Task MaxDelay_OldestItemCancelled_CountsFromTheNext()
    {
        GatedHandler handler = new();
        TimerRecorder time = new();
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler, maxDelay: TimeSpan.FromMilliseconds(10), time: time);

        Task<string> oldest = batcher.SubmitAsync(1, BatchPriority.Bulk, cancellation.Token);
        await time.TimerSetAsync();
        time.Advance(TimeSpan.FromMilliseconds(4));
        Task<string> next = batcher.SubmitAsync(2, BatchPriority.Bulk);
        await cancellation.CancelAsync();
        await BatcherTest.AssertCancelledAsync(oldest);
        time.Advance(TimeSpan.FromMilliseconds(6));
        Assert.Equal(TimeSpan.FromMilliseconds(4), await time.TimerSetAsync());
        time.Advance(TimeSpan.FromMilliseconds(4));
        handler.OpenForGood();

        Assert.Equal(["<2>"], await BatcherTest.AllAsync([next]));
    }

    [Fact]
    public async Task MaxDelay_BatchFull_RunsWithoutTheClockMoving()
    {
        GatedHandler handler = new();
        TimerRecorder time = new();
        await using var batcher = BatcherTest.Create(handler, maxBatchSize: 2, maxDelay: TimeSpan.FromMilliseconds(10), time: time);
        handler.OpenForGood();

        Task<string> first = batcher.SubmitAsync(1, BatchPriority.Bulk);
        await time.TimerSetAsync();
        Task<string> second = batcher.SubmitAsync(2, BatchPriority.Bulk);

        await BatcherTest.AllAsync([first, second]);
        Assert.Equal([[1, 2]], handler.Calls);
    }

    [Fact]
    public async Task Observer_EveryBatch_IsToldSizeWaitAndDuration()
    {
        TimerRecorder time = new();
        GatedHandler handler = new((items, token) =>
        {
            time.Advance(TimeSpan.FromMilliseconds(7));
            return GatedHandler.Echo(items, token);
        });
        List<(int Size, int MaxSize, TimeSpan Wait, TimeSpan Duration)> seen = [];
        await using var batcher = BatcherTest.Create(
            handler, maxBatchSize: 4, time: time, observer: b => seen.Add((b.Size, b.MaxSize, b.QueueWaits[0], b.Duration)));
        await batcher.OccupyAsync(handler);
        Task<string>[] rest = batcher.Submit(BatchPriority.Bulk, 1, 2);
        handler.OpenForGood();

        await rest.AllAsync();
        await batcher.DrainAsync();
        TimeSpan seven = TimeSpan.FromMilliseconds(7);
        Assert.Equal([(1, 4, TimeSpan.Zero, seven), (2, 4, seven, seven)], seen);
    }

    [Fact]
    public async Task Observer_Throws_ItemsAndLaterBatchesAreNotAffected()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler, observer: _ => throw new InvalidOperationException("observer"));
        handler.OpenForGood();

        Assert.Equal(["<1>"], await batcher.Submit(BatchPriority.Bulk, 1).AllAsync());
        Assert.Equal(["<2>"], await batcher.Submit(BatchPriority.Bulk, 2).AllAsync());
    }
}
