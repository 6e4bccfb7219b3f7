using ImageMagick;

namespace Captioning.Inference.Images;

/// <summary>What ImageMagick shares over the process: its limits, and the one place for an image that needs a lot of memory.</summary>
internal static class MagickRuntime
{
    /// <summary>The longest side that a JPEG can have. Formats that allow more would make one row as heavy as a whole image.</summary>
    public const int MaxSide = 65_535;

    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim LargeImage = new(1, 1);
    private static long _memoryLimit;

    /// <summary>Raises the process's memory limit to <paramref name="memoryLimit"/> bytes and turns off whatever would go around it.</summary>
    public static void Configure(long memoryLimit)
    {
        lock (Gate)
        {
            if (memoryLimit <= _memoryLimit)
            {
                return;
            }

            _memoryLimit = memoryLimit;
            ResourceLimits.Memory = (ulong)memoryLimit;
            ResourceLimits.Disk = 0;
            ResourceLimits.Width = MaxSide;
            ResourceLimits.Height = MaxSide;

            // Images are decoded in parallel already.
            ResourceLimits.Thread = 1;
        }
    }

    /// <summary>Waits for its turn where an image needs more than an even share of half the memory; the other half is for the one that has its turn.</summary>
    /// <param name="bytes">Memory that the decoded pixels need.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What ends the turn; null where none was needed.</returns>
    public static IDisposable? EnterIfLarge(long bytes, CancellationToken cancellationToken)
    {
        if (bytes <= Volatile.Read(ref _memoryLimit) / 2 / Environment.ProcessorCount)
        {
            return null;
        }

        LargeImage.Wait(cancellationToken);
        return new Turn();
    }

    private sealed class Turn : IDisposable
    {
        public void Dispose() => LargeImage.Release();
    }
}
