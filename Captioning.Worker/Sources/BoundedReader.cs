using System.Buffers;

namespace Captioning.Worker.Sources;

/// <summary>Reads streams into memory up to a limit.</summary>
internal static class BoundedReader
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="length">The number of bytes to come, where it is known.</param>
    /// <param name="limit">The number of bytes to accept, at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bytes; null where there are more than <paramref name="limit"/>.</returns>
    /// <exception cref="EndOfStreamException">There were fewer bytes than <paramref name="length"/>.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, long? length, int limit, CancellationToken cancellationToken)
    {
        if (length is not { } known)
        {
            return await ReadToEndAsync(stream, limit, cancellationToken);
        }

        if (known > limit)
        {
            return null;
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)known);
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static async Task<byte[]?> ReadToEndAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            for (int used = 0; used <= limit;)
            {
                if (used == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * used, limit + 1L));
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                int read = await stream.ReadAsync(buffer.AsMemory(used), cancellationToken);
                if (read == 0)
                {
                    return buffer[..used];
                }

                used += read;
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
