using System.Text.RegularExpressions;
using Captioning.Inference.Speech;
using Captioning.Worker.Output;
using Captioning.Worker.Sources;
using Microsoft.Win32.SafeHandles;

namespace Captioning.Worker.Stores;

/// <summary>Keeps audio in folders of this machine.</summary>
/// <param name="folders">Absolute paths of the folders that audio may be written in, at any depth.</param>
/// <param name="time">Tells how old a leftover is.</param>
internal sealed class LocalAudioStore(IReadOnlyList<string> folders, TimeProvider time) : IAudioStore
{
    private static readonly Regex TemporaryName = new(@"^\.[0-9a-f]{32}\.tmp\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    // Nobody takes so long to write a sentence, and other workers may be writing into the same folders.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    private readonly AllowedFolders _allowed = new(folders);

    public string Scheme { get; } = Uri.UriSchemeFile;

    // Disks are not written asynchronously.
    public Task WriteAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken) =>
        Task.Run(() => Write(destination, wav, overwrite: true), cancellationToken);

    public Task<byte[]?> AddAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken) =>
        Task.Run(() => Write(destination, wav, overwrite: false), cancellationToken);

    /// <summary>Deletes what workers that were killed while writing have left: temporary files of <see cref="AtomicFile"/>.</summary>
    /// <returns>How many there were.</returns>
    public int DeleteLeftovers(CancellationToken cancellationToken)
    {
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        DateTime latest = (time.GetUtcNow() - LeftoverAge).UtcDateTime;
        int deleted = 0;
        foreach (string file in folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, ".*.tmp", everywhere)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TemporaryName.IsMatch(Path.GetFileName(file)) && File.GetLastWriteTimeUtc(file) <= latest)
            {
                File.Delete(file);
                deleted++;
            }
        }

        return deleted;
    }

    /// <returns>The start of what is there and was not to be overwritten; null where the file was written.</returns>
    private byte[]? Write(string destination, ReadOnlyMemory<byte> wav, bool overwrite)
    {
        try
        {
            if (!_allowed.TryGetPath(destination, out string? path))
            {
                throw Forbidden(destination);
            }

            // The folder's own path may hold symbolic links; a link in the file's place is replaced, not followed.
            string folder = RealPath.Of(Path.GetDirectoryName(path)!);
            string real = Path.Join(folder, Path.GetFileName(path));
            if (!_allowed.ContainsReal(real))
            {
                throw Forbidden(destination);
            }

            try
            {
                AtomicFile.Write(real, stream => Copy(wav, stream), flushToDisk: true, overwrite);
            }
            catch (IOException) when (!overwrite && Path.Exists(real))
            {
                return Start(real);
            }

            if (OperatingSystem.IsLinux())
            {
                LinuxFile.FlushFolder(folder);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioStoreException(destination, $"could not be written: {e.Message}", retryable: true, e);
        }
    }

    private static int Copy(ReadOnlyMemory<byte> wav, Stream stream)
    {
        stream.Write(wav.Span);
        return wav.Length;
    }

    /// <summary>The bytes of a WAV file's header; none where there is something else than a file in its place.</summary>
    private static byte[] Start(string path)
    {
        try
        {
            if (!RegularFile.TryOpen(path, real => real == path, out SafeFileHandle? file))
            {
                return [];
            }

            using FileStream stream = new(file!, FileAccess.Read, bufferSize: 0);
            byte[] start = new byte[WavHeader.Length];
            return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (FileNotFoundException)
        {
            // A link to nowhere, or the file was deleted just now.
            return [];
        }
    }

    private static AudioStoreException Forbidden(string destination) => new(destination, "is not in a folder that this worker writes to.");
}
