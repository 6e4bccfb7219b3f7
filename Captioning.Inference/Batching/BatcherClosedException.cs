namespace Captioning.Inference.Batching;

/// <summary>An item was not run because its batcher is draining, is disposed or has broken down.</summary>
public sealed class BatcherClosedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What broke the batcher; null where it was closed on purpose.</param>
    public BatcherClosedException(Exception? fault = null)
        : base(fault is null ? "The batcher is closed and takes no more items." : $"The batcher has broken down: {fault.Message}", fault)
    {
    }
}
