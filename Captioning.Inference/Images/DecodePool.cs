using Captioning.Inference.Batching;

namespace Captioning.Inference.Images;

/// <summary>
/// Threads that decode images ahead of the inference loop, which so never waits for a JPEG. Interactive images go
/// before bulk ones; a bulk image then waits for a few milliseconds of decoding, not for inference, so that it needs
/// no protection from starving.
/// </summary>
internal sealed class DecodePool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly Queue<Action> _interactive = new();
    private readonly Queue<Action> _bulk = new();
    private readonly Thread[] _threads;
    private bool _closed;

    public DecodePool(int threads)
    {
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"decode {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs a function on one of the threads.</summary>
    /// <returns>Its result or its exception; cancelled where the token fires before it has begun.</returns>
    public Task<T> RunAsync<T>(Func<T> function, BatchPriority priority, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            (priority == BatchPriority.Interactive ? _interactive : _bulk).Enqueue(() => Complete(completion, function, cancellationToken));
        }

        _available.Release();
        return completion.Task;
    }

    /// <summary>Finishes what is queued and ends the threads.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        _available.Release(_threads.Length);
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _available.Dispose();
    }

    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> function, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            completion.SetCanceled(cancellationToken);
            return;
        }

        try
        {
            completion.SetResult(function());
        }
        catch (OperationCanceledException e) when (e.CancellationToken == cancellationToken)
        {
            completion.SetCanceled(cancellationToken);
        }
        catch (Exception e)
        {
            completion.SetException(e);
        }
    }

    private void Work()
    {
        while (Next() is { } action)
        {
            action();
        }
    }

    private Action? Next()
    {
        _available.Wait();
        lock (_lock)
        {
            return _interactive.TryDequeue(out Action? action) || _bulk.TryDequeue(out action) ? action : null;
        }
    }
}
