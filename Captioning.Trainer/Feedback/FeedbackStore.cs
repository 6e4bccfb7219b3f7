using System.Security.Cryptography;
using System.Text.Json;
using Captioning.Contracts;
using Captioning.Inference.Images;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Storage;
using Captioning.Worker.Output;
using Microsoft.Data.Sqlite;

namespace Captioning.Trainer.Feedback;

/// <summary>
/// All feedback, for good: a SQLite database, and the images as files that are named by what they hold, so that each is there once. Safe for
/// concurrent use, also by several processes.
/// </summary>
internal sealed class FeedbackStore
{
    private const string Database = "feedback.db";
    private const int MaxIdLength = 200;
    private const int MaxCaptionLength = 1000;

    private readonly SqliteFile _database;
    private readonly TimeProvider _time;
    private readonly ImageDecoder _decoder = new();

    private FeedbackStore(string folder, SqliteFile database, TimeProvider time)
    {
        Folder = folder;
        _database = database;
        _time = time;
    }

    /// <summary>The store's folder; images are named relative to it.</summary>
    public string Folder { get; }

    /// <summary>Whether a folder is a store.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, Database));

    /// <summary>Opens a store, or makes one.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FeedbackException">It cannot be opened.</exception>
    public static FeedbackStore Open(string folder, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(folder);
            SqliteFile database = new(Path.Combine(folder, Database));
            database.Execute("""
                CREATE TABLE IF NOT EXISTS images (
                    sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, split TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, bytes INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE IF NOT EXISTS feedback (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL REFERENCES images (sha256),
                    caption TEXT, verdict TEXT, judged TEXT, model_id TEXT, model_version TEXT, request_id TEXT, metadata TEXT,
                    time TEXT NOT NULL, received TEXT NOT NULL
                ) STRICT;
                """);
            return new FeedbackStore(folder, database, time);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new FeedbackException($"The feedback in {folder} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Refuses what nothing can be learned from because the sender made a mistake.</summary>
    /// <exception cref="FeedbackException">The feedback is wrong.</exception>
    public static void Check(CaptionFeedback feedback)
    {
        string? problem = feedback switch
        {
            { FeedbackId: null or { Length: 0 or > MaxIdLength } } => $"its feedbackId must have 1 to {MaxIdLength} characters",
            { Image: null or { Length: 0 } } => "it names no image",
            { Caption: { } caption } when PtbTokenizer.Tokenize(caption).Count == 0 => "its caption is empty",
            { Caption.Length: > MaxCaptionLength } => $"its caption has {feedback.Caption.Length} characters, more than {MaxCaptionLength}",
            { Verdict: { } verdict } when !Enum.IsDefined(verdict) => $"its verdict is {(int)verdict}, which is none",
            { Caption: null, Verdict: null } => "it has neither caption nor verdict",
            { Caption: null, Judged: null } => "it does not say which caption the verdict is about",
            { Caption: null, Verdict: FeedbackVerdict.Right, Judged: { } judged } when PtbTokenizer.Tokenize(judged).Count == 0 => "the caption that it judges is empty",
            _ => null,
        };
        if (problem is not null)
        {
            throw new FeedbackException($"The feedback cannot be used: {problem}.");
        }
    }

    /// <summary>Keeps feedback. When it returns, the disk has it.</summary>
    /// <param name="feedback">The feedback.</param>
    /// <param name="image">The image file.</param>
    /// <param name="heldOut">The share of images that is held out, 0 to 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where feedback of that id was there already; nothing is changed then.</returns>
    /// <exception cref="FeedbackException">The feedback is wrong.</exception>
    /// <exception cref="ImageRejectedException">The image cannot be read.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="SqliteException">The database fails.</exception>
    public bool Add(CaptionFeedback feedback, ReadOnlyMemory<byte> image, double heldOut, CancellationToken cancellationToken = default)
    {
        const int AnySize = 64;

        Check(feedback);
        ImageInfo info;
        using (DecodedImage decoded = _decoder.Decode(ImageSource.FromBytes(image, feedback.FeedbackId), AnySize, cancellationToken))
        {
            info = decoded.Info;
        }

        // The file comes first: a row never names a file that is not there.
        string path = $"images/{info.Sha256[..2]}/{info.Sha256}.{info.Format}";
        string file = Path.Combine(Folder, path);
        if (!File.Exists(file))
        {
            AtomicFile.Write(file, stream => Write(stream, image.Span), flushToDisk: true);
        }

        return _database.Transact(transaction =>
        {
            transaction.Execute(
                "INSERT OR IGNORE INTO images VALUES ($sha256, $path, $split, $width, $height, $bytes)",
                ("$sha256", info.Sha256), ("$path", path), ("$split", FeedbackSplit.Of(SHA256.HashData(image.Span), heldOut)),
                ("$width", info.Width), ("$height", info.Height), ("$bytes", info.Bytes));
            return transaction.Execute(
                """
                INSERT OR IGNORE INTO feedback (id, sha256, caption, verdict, judged, model_id, model_version, request_id, metadata, time, received)
                VALUES ($id, $sha256, $caption, $verdict, $judged, $model, $version, $request, $metadata, $time, $received)
                """,
                ("$id", feedback.FeedbackId), ("$sha256", info.Sha256), ("$caption", CaptionOf(feedback)), ("$verdict", feedback.Verdict?.ToString()),
                ("$judged", feedback.Judged), ("$model", feedback.Model?.Id), ("$version", feedback.Model?.Version), ("$request", feedback.RequestId),
                ("$metadata", feedback.Metadata is { Count: > 0 } metadata ? JsonSerializer.Serialize(metadata) : null),
                ("$time", Text(feedback.Time)), ("$received", Text(_time.GetUtcNow()))) > 0;
        });
    }

    /// <summary>Whether feedback of an id is there.</summary>
    public bool Contains(string feedbackId) => _database.Query("SELECT 1 FROM feedback WHERE id = $id", row => true, ("$id", feedbackId)).Count > 0;

    /// <summary>The number of the last feedback that came; 0 where there is none.</summary>
    public long Last() => _database.Query("SELECT coalesce(max(sequence), 0) FROM feedback", row => row.GetInt64(0))[0];

    /// <summary>How much feedback with a caption came after a number.</summary>
    public long CountAfter(long sequence) =>
        _database.Query("SELECT count(*) FROM feedback WHERE caption IS NOT NULL AND sequence > $after", row => row.GetInt64(0), ("$after", sequence))[0];

    /// <summary>When the first feedback with a caption after a number came; null where there is none.</summary>
    public DateTimeOffset? FirstAfter(long sequence) => _database.First(
        "SELECT received FROM feedback WHERE caption IS NOT NULL AND sequence > $after ORDER BY sequence LIMIT 1",
        row => (DateTimeOffset?)DateTimeOffset.Parse(row.GetString(0)),
        ("$after", sequence));

    /// <summary>How many images there are.</summary>
    public long CountImages() => _database.Query("SELECT count(*) FROM images", row => row.GetInt64(0))[0];

    /// <summary>All feedback, in the order of arrival.</summary>
    public IReadOnlyList<FeedbackItem> List() => _database.Query(
        "SELECT sequence, id, path, split, caption, verdict, judged, time FROM feedback JOIN images USING (sha256) ORDER BY sequence",
        row => new FeedbackItem(
            row.GetInt64(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.IsDBNull(5) ? null : Enum.Parse<FeedbackVerdict>(row.GetString(5)),
            row.IsDBNull(6) ? null : row.GetString(6),
            DateTimeOffset.Parse(row.GetString(7))));

    /// <summary>The images that have captions, with their captions and their split; the first that came first.</summary>
    /// <param name="last">The number of the last feedback to look at.</param>
    public IReadOnlyList<DatasetImage> Images(long last = long.MaxValue) =>
    [
        .. List().Where(item => item.Caption is not null && item.Sequence <= last).GroupBy(item => item.Image)
            .Select(image => new DatasetImage(image.Key, [.. image.Select(item => item.Caption!).Distinct()], image.First().Split)),
    ];

    private static string? CaptionOf(CaptionFeedback feedback) => feedback.Caption?.Trim() ?? (feedback.Verdict == FeedbackVerdict.Right ? feedback.Judged : null);

    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("O");

    private static int Write(Stream stream, ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        return bytes.Length;
    }
}
