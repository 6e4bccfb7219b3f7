using Captioning.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Captioning.Worker.Sources;

/// <summary>Reads files of this machine, in allowed folders only.</summary>
/// <param name="folders">The folders.</param>
/// <param name="maxBytes">Bytes of one image at most.</param>
internal sealed class FileSource(AllowedFolders folders, int maxBytes) : IByteSource
{
    public IReadOnlyList<string> Schemes { get; } = [Uri.UriSchemeFile];

    // Disks are not read asynchronously, and one that hangs (a network drive) must not hold the request for longer than its time limit.
    public Task<byte[]> ReadAsync(string uri, CancellationToken cancellationToken) =>
        Task.Run(() => Read(uri), cancellationToken).WaitAsync(cancellationToken);

    private byte[] Read(string uri)
    {
        if (!folders.TryGetPath(uri, out string? path))
        {
            throw Forbidden(uri);
        }

        try
        {
            if (!RegularFile.TryOpen(path, folders.ContainsReal, out SafeFileHandle? file))
            {
                throw Forbidden(uri);
            }

            using (file)
            {
                return Read(uri, file!);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageSourceException(FailureReason.NotFound, uri, "does not exist.", inner: e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ImageSourceException(FailureReason.Unreadable, uri, "may not be read by the worker's user.", inner: e);
        }
        catch (IOException e)
        {
            throw new ImageSourceException(FailureReason.Internal, uri, "could not be read from its disk.", retryable: true, e);
        }
    }

    private byte[] Read(string uri, SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        if (length > maxBytes)
        {
            throw ImageSourceException.TooLarge(uri, maxBytes);
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        for (int used = 0; used < bytes.Length;)
        {
            int read = RandomAccess.Read(file, bytes.AsSpan(used), used);
            if (read == 0)
            {
                throw new ImageSourceException(FailureReason.Unreadable, uri, "was cut short while it was read.", retryable: true);
            }

            used += read;
        }

        return bytes;
    }

    private static ImageSourceException Forbidden(string uri) =>
        new(FailureReason.ForbiddenSource, uri, "is not a file in a folder that this worker reads from.");
}
