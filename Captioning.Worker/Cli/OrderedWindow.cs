using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Captioning.Worker.Cli;

/// <summary>Works on a stream of items with a bounded number under way, and gives the results in the items' order.</summary>
internal static class OrderedWindow
{
    /// <summary>
    /// Starts items one after the other, at most <paramref name="window"/> ahead of the result that is waited for. Once
    /// cancelled, starts no more, gives the results that are there and ends without waiting for the others.
    /// </summary>
    public static async IAsyncEnumerable<TResult> RunAsync<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, Task<TResult>> start, int window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<Task<TResult>> started = Channel.CreateBounded<Task<TResult>>(
            new BoundedChannelOptions(window) { SingleReader = true, SingleWriter = true });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Listing folders and reading standard input block, and the latter may do so for ever: nobody waits for this task.
            _ = Task.Run(() => StartAllAsync(items, start, started.Writer, stop.Token), CancellationToken.None);
            while (await HasNextAsync(started.Reader, cancellationToken))
            {
                while (started.Reader.TryRead(out Task<TResult>? task))
                {
                    await ((Task)task).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (task.IsCompleted)
                    {
                        yield return await task;
                    }
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private static async Task StartAllAsync<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, Task<TResult>> start, ChannelWriter<Task<TResult>> started, CancellationToken cancellationToken)
    {
        try
        {
            foreach (TItem item in items)
            {
                // There is one writer, so the room that it waits for is still there afterwards.
                await started.WaitToWriteAsync(cancellationToken);
                started.TryWrite(start(item));
            }

            started.Complete();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            started.Complete();
        }
        catch (Exception e)
        {
            started.Complete(e);
        }
    }

    private static async Task<bool> HasNextAsync<T>(ChannelReader<T> reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return reader.TryPeek(out _);
        }
    }
}
