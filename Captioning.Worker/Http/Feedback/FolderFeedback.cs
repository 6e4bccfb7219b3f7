using System.Text.Json;
using Captioning.Contracts;
using Captioning.Worker.Output;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Feedback;

/// <summary>
/// Keeps feedback in a folder that is a data set: <c>feedback.jsonl</c>, one line for each, and the images under <c>images</c>,
/// named by what they hold.
/// </summary>
internal sealed class FolderFeedback(FeedbackOptions options) : IFeedbackStore, IDisposable
{
    public const string FileName = "feedback.jsonl";

    private readonly string _folder = Path.GetFullPath(options.Folder);
    private readonly SemaphoreSlim _turn = new(1);

    public async Task StoreAsync(CaptionFeedback feedback, FetchedImage image, ImageProperties properties, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => Store(feedback, image, properties), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RequestFailedException(FailureReason.Internal, "The feedback could not be written. Try again in a while.", retryable: true, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Store(CaptionFeedback feedback, FetchedImage image, ImageProperties properties)
    {
        string relative = $"images/{properties.Sha256}.{properties.Format}";
        string path = Path.Join(_folder, relative);
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, file => Copy(image.Bytes, file), flushToDisk: true);
        }

        FeedbackLine line = FeedbackLine.Of(feedback, relative);
        using FileStream lines = new(Path.Join(_folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        bool broken = EndsInTheMiddle(lines);
        lines.Write([.. broken ? "\n"u8 : [], .. JsonSerializer.SerializeToUtf8Bytes(line, HttpJson.Options), (byte)'\n']);
        lines.Flush(flushToDisk: true);
    }

    /// <summary>Goes to the end of a file, and tells whether a line was cut short there: by a full disk, for example.</summary>
    private static bool EndsInTheMiddle(FileStream file)
    {
        if (file.Seek(0, SeekOrigin.End) == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static int Copy(ReadOnlyMemory<byte> bytes, Stream file)
    {
        file.Write(bytes.Span);
        return bytes.Length;
    }
}
