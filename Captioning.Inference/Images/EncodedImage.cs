using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Captioning.Inference.Images;

/// <summary>The encoded bytes of one image, in a pooled buffer unless the caller owns them.</summary>
internal sealed class EncodedImage : IDisposable
{
    private const int FirstStreamBuffer = 64 * 1024;

    private byte[]? _pooled;

    private EncodedImage(ReadOnlyMemory<byte> bytes, byte[]? pooled = null)
    {
        Bytes = bytes;
        _pooled = pooled;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public static EncodedImage FromMemory(string name, ReadOnlyMemory<byte> bytes, long maxBytes)
    {
        CheckLength(name, bytes.Length, maxBytes);
        return new EncodedImage(bytes);
    }

    public static EncodedImage ReadFile(string name, string path, long maxBytes, CancellationToken cancellationToken)
    {
        byte[]? buffer = null;
        try
        {
            // Pipes and devices report no length; to open one could block for ever.
            if (Target(path) is { Exists: true } file)
            {
                CheckLength(name, file.Length, maxBytes);
            }

            using SafeFileHandle handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            CheckLength(name, length, maxBytes);
            buffer = ArrayPool<byte>.Shared.Rent((int)length);
            int read = 0;
            while (read < length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = RandomAccess.Read(handle, buffer.AsSpan(read, (int)length - read), read);
                if (count == 0)
                {
                    break;
                }

                read += count;
            }

            CheckLength(name, read, maxBytes);
            EncodedImage image = new(buffer.AsMemory(0, read), buffer);
            buffer = null;
            return image;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageRejectedException(name, ImageRejection.NotFound, "no such file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            string problem = Directory.Exists(path) ? "this is a folder, not an image" : "permission denied";
            throw new ImageRejectedException(name, ImageRejection.Unreadable, problem, e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new ImageRejectedException(name, ImageRejection.Unreadable, $"the file cannot be read ({e.Message})", e);
        }
        finally
        {
            Return(buffer);
        }
    }

    public static EncodedImage ReadStream(string name, Stream stream, long maxBytes, CancellationToken cancellationToken)
    {
        byte[]? buffer = ArrayPool<byte>.Shared.Rent(FirstStreamBuffer);
        try
        {
            int length = 0;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(checked(length * 2));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    Return(buffer);
                    buffer = larger;
                }

                // One byte past the limit tells "as large as allowed" from "larger".
                int room = (int)Math.Min(buffer.Length - length, maxBytes + 1 - length);
                int count = stream.Read(buffer, length, room);
                length += count;
                if (count == 0 || length > maxBytes)
                {
                    break;
                }
            }

            CheckLength(name, length, maxBytes);
            EncodedImage image = new(buffer.AsMemory(0, length), buffer);
            buffer = null;
            return image;
        }
        catch (Exception e) when (e is not (OperationCanceledException or ImageRejectedException))
        {
            throw new ImageRejectedException(name, ImageRejection.Unreadable, $"the stream cannot be read ({e.Message})", e);
        }
        finally
        {
            Return(buffer);
        }
    }

    public void Dispose() => Return(Interlocked.Exchange(ref _pooled, null));

    private static FileInfo? Target(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
    }

    private static void CheckLength(string name, long length, long maxBytes)
    {
        if (length == 0)
        {
            throw new ImageRejectedException(name, ImageRejection.Unreadable, "the file is empty");
        }

        if (length > maxBytes)
        {
            throw new ImageRejectedException(name, ImageRejection.TooLarge, $"the file is larger than the limit of {ByteSize(maxBytes)}");
        }
    }

    private static string ByteSize(long bytes) =>
        bytes >= 1 << 20 && bytes % (1 << 20) == 0 ? $"{bytes >> 20} MiB" : $"{bytes} bytes";

    private static void Return(byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
