using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>Bad items, bad handlers and a broken batcher.</summary>
public sealed class DynamicBatcherFailureTests
{
    [Fact]
    public async Task Handler_OneItemFails_OthersSucceed()
    {
        FormatException error = new("bad photograph");
        GatedHandler handler = new((items, _) =>
            [.. items.Select(i => i == 2 ? BatchResult.Failure<string>(error) : BatchResult.Success($"{i}"))]);
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string>[] tasks = batcher.Submit(BatchPriority.Bulk, 1, 2, 3);
        handler.OpenForGood();

        Assert.Same(error, await Assert.ThrowsAsync<FormatException>(() => tasks[1].WaitAsync(GatedHandler.Patience)));
        Assert.Equal(["1", "3"], await BatcherTest.AllAsync([tasks[0], tasks[2]]));
        Assert.Equal([[0], [1, 2, 3]], handler.Calls);
    }

    [Fact]
    public async Task Handler_Throws_OnlyTheCulpritFails()
    {
        GatedHandler handler = new((items, token) => items.Contains(2) ? throw new FormatException("two") : GatedHandler.Echo(items, token));
        List<int> sizes = [];
        await using var batcher = BatcherTest.Create(handler, observer: batch => sizes.Add(batch.Size));
        await batcher.OccupyAsync(handler);
        Task<string>[] tasks = batcher.Submit(BatchPriority.Bulk, 1, 2, 3);
        handler.OpenForGood();

        await Assert.ThrowsAsync<FormatException>(() => tasks[1].WaitAsync(GatedHandler.Patience));
        Assert.Equal(["<1>", "<3>"], await BatcherTest.AllAsync([tasks[0], tasks[2]]));
        Assert.Equal([[0], [1, 2, 3], [1], [2], [3]], handler.Calls);
        Assert.Equal(["<4>"], await batcher.Submit(BatchPriority.Bulk, 4).AllAsync());
        await batcher.DrainAsync();
        Assert.Equal([1, 3, 1], sizes);
    }

    [Fact]
    public async Task Handler_ThrowsCancellationOfItsOwn_IsAFailureLikeAnyOther()
    {
        GatedHandler handler = new((_, _) => throw new OperationCanceledException("timed out"));
        await using var batcher = BatcherTest.Create(handler);
        handler.OpenForGood();

        Task<string> task = batcher.SubmitAsync(1, BatchPriority.Bulk);
        await Assert.ThrowsAsync<OperationCanceledException>(() => task.WaitAsync(GatedHandler.Patience));
        Assert.True(task.IsFaulted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Handler_WrongNumberOfResults_FailsEveryItem(int count)
    {
        GatedHandler handler = new((items, _) => items.Contains(0) ? [BatchResult.Success("")] : new BatchResult<string>[count]);
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string>[] tasks = batcher.Submit(BatchPriority.Bulk, 1, 2, 3);
        handler.OpenForGood();

        foreach (Task<string> task in tasks)
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => task.WaitAsync(GatedHandler.Patience));
            Assert.StartsWith($"The batch handler returned {count} results for 3 items", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal([[0], [1, 2, 3]], handler.Calls);
    }

    [Fact]
    public async Task Handler_ReturnsNull_FailsEveryItem()
    {
        GatedHandler handler = new((_, _) => null!);
        await using var batcher = BatcherTest.Create(handler);
        handler.OpenForGood();

        await Assert.ThrowsAsync<InvalidOperationException>(() => batcher.Submit(BatchPriority.Bulk, 1).AllAsync());
    }

    [Fact]
    public async Task Handler_LeavesAPlaceEmpty_FailsThatItem()
    {
        GatedHandler handler = new((items, _) => new BatchResult<string>[items.Count]);
        await using var batcher = BatcherTest.Create(handler);
        handler.OpenForGood();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => batcher.Submit(BatchPriority.Bulk, 1).AllAsync());
        Assert.Contains("empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batcher_BreaksDown_FailsWaitingAndLaterItems()
    {
        GatedHandler handler = new();
        FormatException fault = new("broken clock");
        await using var batcher = BatcherTest.Create(
            handler, maxDelay: TimeSpan.FromMilliseconds(10), time: new TimerRecorder { Fault = fault });

        Task<string> waiting = batcher.SubmitAsync(1, BatchPriority.Bulk);
        var error = await Assert.ThrowsAsync<BatcherClosedException>(() => waiting.WaitAsync(GatedHandler.Patience));
        Assert.Same(fault, error.InnerException);
        error = await Assert.ThrowsAsync<BatcherClosedException>(() => batcher.SubmitAsync(2, BatchPriority.Bulk));
        Assert.Same(fault, error.InnerException);
    }

    [Fact]
    public async Task Batcher_BreaksDownInABatch_FailsItsItems()
    {
        FormatException fault = new("broken list");
        GatedHandler handler = new((items, _) => new BrokenList(items.Count, fault));
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string>[] tasks = batcher.Submit(BatchPriority.Bulk, 1, 2);
        handler.OpenForGood();

        foreach (Task<string> task in tasks)
        {
            var error = await Assert.ThrowsAsync<BatcherClosedException>(() => task.WaitAsync(GatedHandler.Patience));
            Assert.Same(fault, error.InnerException);
        }
    }

    [Fact]
    public void Constructor_InvalidOptions_ListsEveryError()
    {
        GatedHandler handler = new();
        var error = Assert.Throws<ArgumentException>(() => BatcherTest.Create(
            handler, maxBatchSize: 0, capacity: 0, maxBatchesWithoutBulk: 0, maxDelay: TimeSpan.FromMilliseconds(-1)));
        Assert.Contains("MaxBatchSize is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxDelay is -00:00:00.0010000", error.Message, StringComparison.Ordinal);
        Assert.Contains("Capacity is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBatchesWithoutBulk is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_CapacityBelowMaxBatchSize_IsRefused() =>
        Assert.Contains(
            "Capacity is 15", Assert.Throws<ArgumentException>(() => BatcherTest.Create(new GatedHandler(), capacity: 15)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Submit_UnknownPriority_IsRefused()
    {
        await using var batcher = BatcherTest.Create(new GatedHandler());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batcher.SubmitAsync(1, (BatchPriority)7));
    }

    private sealed class BrokenList(int count, Exception fault) : IReadOnlyList<BatchResult<string>>
    {
        public int Count => count;

        public BatchResult<string> this[int index] => index == 0 && count == 1 ? BatchResult.Success("") : throw fault;

        public IEnumerator<BatchResult<string>> GetEnumerator() => throw fault;

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw fault;
    }
}
