using Captioning.Inference.Batching;

namespace Captioning.Inference.Tests.Batching;

/// <summary>A handler that stands still in every call until the test lets it go on, so that a test decides what waits meanwhile.</summary>
internal sealed class GatedHandler(
    Func<IReadOnlyList<int>, CancellationToken, IReadOnlyList<BatchResult<string>>>? body = null, bool obeysToken = true)
{
    /// <summary>How long a broken batcher may hang a test; a sound one never comes near it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _gate = new(0);
    private readonly Lock _lock = new();
    private readonly List<int[]> _calls = [];

    /// <summary>The items of every call so far.</summary>
    public int[][] Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public CancellationToken Token { get; private set; }

    public static IReadOnlyList<BatchResult<string>> Echo(IReadOnlyList<int> items, CancellationToken cancellationToken) =>
        [.. items.Select(i => BatchResult.Success($"<{i}>"))];

    public IReadOnlyList<BatchResult<string>> Run(IReadOnlyList<int> items, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _calls.Add([.. items]);
        }

        Token = cancellationToken;
        _entered.Release();
        Assert.True(_gate.Wait(Patience, obeysToken ? cancellationToken : CancellationToken.None), "The test never opened the gate.");
        return (body ?? Echo)(items, cancellationToken);
    }

    /// <summary>Waits until the handler has been called once more.</summary>
    public async Task EnteredAsync() => Assert.True(await _entered.WaitAsync(Patience), "The handler was not called.");

    /// <summary>Lets calls go on.</summary>
    public void Open(int calls = 1) => _gate.Release(calls);

    public void OpenForGood() => _gate.Release(1_000_000);
}
