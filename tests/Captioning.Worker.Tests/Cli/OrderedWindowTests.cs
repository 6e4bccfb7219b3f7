using Captioning.Worker.Cli;

namespace Captioning.Worker.Tests.Cli;

public sealed class OrderedWindowTests
{
    [Fact]
    public async Task RunAsync_ResultsInAnyOrder_ComeInTheItemsOrder()
    {
        TaskCompletionSource<int>[] results = [.. Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>())];
        IAsyncEnumerator<int> enumerator = OrderedWindow
            .RunAsync(Enumerable.Range(0, 3), i => results[i].Task, window: 8, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> first = enumerator.MoveNextAsync();

        results[2].SetResult(2);
        results[1].SetResult(1);
        Assert.False(first.IsCompleted);
        results[0].SetResult(0);

        Assert.True(await first);
        List<int> seen = [enumerator.Current];
        while (await enumerator.MoveNextAsync())
        {
            seen.Add(enumerator.Current);
        }

        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public async Task RunAsync_EndlessItems_StartsNoMoreThanTheWindowAhead()
    {
        const int window = 4;
        int started = 0;
        int taken = 0;
        int most = 0;
        Task<int> Start(int item)
        {
            int ahead = Interlocked.Increment(ref started) - Volatile.Read(ref taken);
            most = Math.Max(most, ahead);
            return Task.FromResult(item);
        }

        await foreach (int item in OrderedWindow.RunAsync(Enumerable.Range(0, int.MaxValue), Start, window, CancellationToken.None))
        {
            if (Interlocked.Increment(ref taken) == 1000)
            {
                break;
            }
        }

        // One more is handed over, and one is about to be put into the window.
        Assert.InRange(most, 1, window + 2);
    }

    [Fact]
    public async Task RunAsync_Cancelled_GivesWhatIsThereAndEnds()
    {
        using CancellationTokenSource cancellation = new();
        TaskCompletionSource<int> never = new();
        Task<int> Start(int item)
        {
            if (item == 2)
            {
                cancellation.Cancel();
                return never.Task;
            }

            return Task.FromResult(item);
        }

        List<int> seen = [];
        await foreach (int item in OrderedWindow.RunAsync(Enumerable.Range(0, int.MaxValue), Start, window: 8, cancellation.Token))
        {
            seen.Add(item);
        }

        // An item may have been started when the cancellation came, and is then kept.
        Assert.Equal([0, 1], seen.Where(item => item < 2));
        Assert.DoesNotContain(2, seen);
        Assert.True(seen.Count <= 3);
    }

    [Fact]
    public async Task RunAsync_ItemsThatFail_PassTheExceptionOn()
    {
        static IEnumerable<int> Items()
        {
            yield return 1;
            throw new InvalidOperationException("No more.");
        }

        List<int> seen = [];
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (int item in OrderedWindow.RunAsync(Items(), Task.FromResult, window: 8, CancellationToken.None))
            {
                seen.Add(item);
            }
        });
        Assert.Equal([1], seen);
    }
}
