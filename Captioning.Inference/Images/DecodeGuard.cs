namespace Captioning.Inference.Images;

/// <summary>Tells when decoding one image must stop: cancelled, or out of time.</summary>
internal sealed class DecodeGuard(string name, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
{
    private readonly long _start = time.GetTimestamp();

    public bool MustStop => cancellationToken.IsCancellationRequested || time.GetElapsedTime(_start) > limit;

    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="ImageRejectedException">The time limit has passed.</exception>
    public void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_start) > limit)
        {
            throw new ImageRejectedException(name, ImageRejection.TimedOut, $"decoding took longer than the limit of {limit.TotalSeconds:0.###} seconds");
        }
    }
}
