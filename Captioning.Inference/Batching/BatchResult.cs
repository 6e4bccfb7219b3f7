namespace Captioning.Inference.Batching;

/// <summary>Makes the outcomes that a batch handler returns.</summary>
public static class BatchResult
{
    /// <summary>The item has a result.</summary>
    public static BatchResult<T> Success<T>(T value) => new(value, error: null);

    /// <summary>The item failed; the rest of its batch did not.</summary>
    public static BatchResult<T> Failure<T>(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new BatchResult<T>(default, error);
    }
}

/// <summary>The outcome of one item of a batch: a value or an exception, made by <see cref="BatchResult"/>.</summary>
public readonly struct BatchResult<T>
{
    private readonly T? _value;
    private readonly bool _given;

    internal BatchResult(T? value, Exception? error)
    {
        _value = value;
        Error = error;
        _given = true;
    }

    /// <summary>Why the item failed; null where it did not.</summary>
    public Exception? Error { get; }

    /// <summary>The item's result.</summary>
    /// <exception cref="InvalidOperationException">The item failed, or the handler left its place in the list empty.</exception>
    public T Value => IsSuccess ? _value! : throw new InvalidOperationException("The item has no result.", Error);

    /// <summary>True where the item has a result.</summary>
    public bool IsSuccess => _given && Error is null;
}
