using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>Many callers at once.</summary>
public sealed class DynamicBatcherStressTests
{
    private const int Items = 10_000;
    private const int Callers = 64;

    private readonly int[] _runs = new int[Items];
    private readonly int[] _inUse = new int[Items];
    private int _next = -1;
    private int _succeeded;
    private int _failed;
    private int _cancelled;

    [Fact]
    public async Task Submit_ManyCallersAndCancellations_EveryItemCompletesOnceAndRunsAtMostOnce()
    {
        int observed = 0;
        DynamicBatcherOptions options = new() { MaxBatchSize = 8, Capacity = 16, MaxBatchesWithoutBulk = 2 };
        await using DynamicBatcher<int, int> batcher = new(Run, options, batch => observed += batch.Size);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(seed => Task.Run(() => CallAsync(batcher, new Random(seed)))));
        await batcher.DrainAsync();

        Assert.Equal(Items, _succeeded + _failed + _cancelled);
        Assert.True(_cancelled > 0 && _failed > 0 && _succeeded > Items / 2, $"{_succeeded} succeeded, {_failed} failed, {_cancelled} cancelled.");
        Assert.DoesNotContain(_runs, runs => runs > 1);
        Assert.Equal(_runs.Sum(), observed);
        Assert.Equal(0, batcher.CountWaiting(BatchPriority.Interactive) + batcher.CountWaiting(BatchPriority.Bulk));
        Assert.Equal(0, batcher.CountBlocked(BatchPriority.Interactive) + batcher.CountBlocked(BatchPriority.Bulk));
    }

    private BatchResult<int>[] Run(IReadOnlyList<int> items, CancellationToken cancellationToken)
    {
        foreach (int item in items)
        {
            Interlocked.Increment(ref _runs[item]);
            Volatile.Write(ref _inUse[item], 1);
        }

        Thread.SpinWait(200);
        foreach (int item in items)
        {
            Volatile.Write(ref _inUse[item], 0);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return [.. items.Select(i => i % 97 == 0 ? BatchResult.Failure<int>(new FormatException()) : BatchResult.Success(-i))];
    }

    private async Task CallAsync(DynamicBatcher<int, int> batcher, Random random)
    {
        for (int item = Interlocked.Increment(ref _next); item < Items; item = Interlocked.Increment(ref _next))
        {
            using CancellationTokenSource cancellation = new();
            int fate = random.Next(8);
            if (fate == 0)
            {
                await cancellation.CancelAsync();
            }

            Task<int> result = batcher.SubmitAsync(item, (BatchPriority)random.Next(2), cancellation.Token);
            Task cancelling = fate switch
            {
                1 => cancellation.CancelAsync(),
                2 => Task.Run(cancellation.Cancel),
                _ => Task.CompletedTask,
            };
            try
            {
                Assert.Equal(-item, await result.WaitAsync(GatedHandler.Patience));
                Assert.Equal(1, Volatile.Read(ref _runs[item]));
                Interlocked.Increment(ref _succeeded);
            }
            catch (FormatException)
            {
                Interlocked.Increment(ref _failed);
            }
            catch (OperationCanceledException)
            {
                Assert.True(fate <= 2, "An item was cancelled that nobody cancelled.");
                Interlocked.Increment(ref _cancelled);
            }

            Assert.Equal(0, Volatile.Read(ref _inUse[item]));
            await cancelling;
        }
    }
}
