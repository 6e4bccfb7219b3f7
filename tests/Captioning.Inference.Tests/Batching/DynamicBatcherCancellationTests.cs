using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>Submitters that give up.</summary>
public sealed class DynamicBatcherCancellationTests
{
    [Fact]
    public async Task Cancel_BeforeSubmission_NeverReachesTheHandler()
    {
        GatedHandler handler = new();
        await using var batcher = BatcherTest.Create(handler);
        handler.OpenForGood();

        await BatcherTest.AssertCancelledAsync(batcher.SubmitAsync(1, BatchPriority.Bulk, new CancellationToken(canceled: true)));
        await batcher.DrainAsync();
        Assert.Empty(handler.Calls);
    }

    [Fact]
    public async Task Cancel_WhileWaiting_IsAtOnceAndNeverReachesTheHandler()
    {
        GatedHandler handler = new();
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string> before = batcher.SubmitAsync(1, BatchPriority.Bulk);
        Task<string> cancelled = batcher.SubmitAsync(2, BatchPriority.Bulk, cancellation.Token);
        Task<string> after = batcher.SubmitAsync(3, BatchPriority.Bulk);

        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal(2, batcher.CountWaiting(BatchPriority.Bulk));

        handler.OpenForGood();
        Assert.Equal(["<1>", "<3>"], await BatcherTest.AllAsync([before, after]));
        Assert.Equal([[0], [1, 3]], handler.Calls);
    }

    [Fact]
    public async Task Cancel_OneOfARunningBatch_CompletesWhenTheHandlerIsDoneAndSparesTheOthers()
    {
        GatedHandler handler = new();
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string> cancelled = batcher.SubmitAsync(1, BatchPriority.Bulk, cancellation.Token);
        Task<string> other = batcher.SubmitAsync(2, BatchPriority.Bulk);
        handler.Open();
        await handler.EnteredAsync();

        await cancellation.CancelAsync();
        Assert.False(cancelled.IsCompleted);
        Assert.False(handler.Token.IsCancellationRequested);
        handler.Open();

        Assert.Equal(["<2>"], await BatcherTest.AllAsync([other]));
        await BatcherTest.AssertCancelledAsync(cancelled);
    }

    [Fact]
    public async Task Cancel_AllOfABatchJustTaken_NeitherCallsTheHandlerNorTheObserver()
    {
        GatedHandler handler = new();
        using CancellationTokenSource cancellation = new();
        int observed = 0;

        // The clock is read when an item is submitted and again between taking its batch and calling the handler.
        TimerRecorder time = new()
        {
            Read = reading =>
            {
                if (reading == 2)
                {
                    cancellation.Cancel();
                }
            },
        };
        await using var batcher = BatcherTest.Create(handler, time: time, observer: _ => observed++);

        await BatcherTest.AssertCancelledAsync(batcher.SubmitAsync(1, BatchPriority.Bulk, cancellation.Token));
        await batcher.DrainAsync();

        Assert.Empty(handler.Calls);
        Assert.Equal(0, observed);
    }

    [Fact]
    public async Task Cancel_AllOfARunningBatch_StopsTheHandlerAndNotTheNextBatch()
    {
        GatedHandler handler = new(obeysToken: false);
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string> first = batcher.SubmitAsync(1, BatchPriority.Bulk, cancellation.Token);
        Task<string> second = batcher.SubmitAsync(2, BatchPriority.Bulk, cancellation.Token);
        handler.Open();
        await handler.EnteredAsync();

        await cancellation.CancelAsync();
        Assert.True(handler.Token.IsCancellationRequested);
        Assert.False(first.IsCompleted || second.IsCompleted);
        Task<string> next = batcher.SubmitAsync(3, BatchPriority.Bulk);
        handler.Open();
        await BatcherTest.AssertCancelledAsync(first, second);

        await handler.EnteredAsync();
        Assert.False(handler.Token.IsCancellationRequested);
        handler.Open();
        Assert.Equal(["<3>"], await BatcherTest.AllAsync([next]));
    }

    [Fact]
    public async Task Cancel_AllOfARunningBatch_WhateverTheHandlerThrowsCountsAsCancellation()
    {
        GatedHandler handler = new((_, _) => throw new FormatException("terminated"), obeysToken: false);
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler);
        Task<string> task = batcher.SubmitAsync(1, BatchPriority.Bulk, cancellation.Token);
        await handler.EnteredAsync();

        await cancellation.CancelAsync();
        handler.Open();

        await BatcherTest.AssertCancelledAsync(task);
    }

    [Fact]
    public async Task Cancel_WhileABatchIsRunAgainOneByOne_IsAtOnceForItemsWhoseTurnHasNotCome()
    {
        GatedHandler handler = new((items, token) => items.Count > 1 ? throw new FormatException("batch") : GatedHandler.Echo(items, token));
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string> first = batcher.SubmitAsync(1, BatchPriority.Bulk);
        Task<string> second = batcher.SubmitAsync(2, BatchPriority.Bulk, cancellation.Token);
        Task<string> third = batcher.SubmitAsync(3, BatchPriority.Bulk);
        handler.Open(2);
        await handler.EnteredAsync();
        await handler.EnteredAsync();

        await cancellation.CancelAsync();
        await BatcherTest.AssertCancelledAsync(second);
        Assert.False(first.IsCompleted);
        handler.OpenForGood();

        Assert.Equal(["<1>", "<3>"], await BatcherTest.AllAsync([first, third]));
        Assert.Equal([[0], [1, 2, 3], [1], [3]], handler.Calls);
    }

    [Fact]
    public async Task Cancel_InABatchThatThenFails_IsNotRunAgain()
    {
        GatedHandler handler = new((items, token) => items.Count > 1 ? throw new FormatException("batch") : GatedHandler.Echo(items, token));
        using CancellationTokenSource cancellation = new();
        await using var batcher = BatcherTest.Create(handler);
        await batcher.OccupyAsync(handler);
        Task<string> first = batcher.SubmitAsync(1, BatchPriority.Bulk);
        Task<string> second = batcher.SubmitAsync(2, BatchPriority.Bulk, cancellation.Token);
        handler.Open();
        await handler.EnteredAsync();

        await cancellation.CancelAsync();
        handler.OpenForGood();

        await BatcherTest.AssertCancelledAsync(second);
        Assert.Equal(["<1>"], await BatcherTest.AllAsync([first]));
        Assert.Equal([[0], [1, 2], [1]], handler.Calls);
    }
}
