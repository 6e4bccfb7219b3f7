using Captioning.Trainer.Storage;
using Microsoft.Data.Sqlite;

namespace Captioning.Trainer.Service;

/// <summary>All trainings that were ever asked for, in a SQLite database: what waits or runs outlives the process.</summary>
internal sealed class TrainingLedger
{
    private const string Columns = "number, id, reason, status, detail, cancelled, base_version, candidate_version, last_feedback";

    private readonly SqliteFile _database;
    private readonly TimeProvider _time;

    /// <param name="path">The database's file.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public TrainingLedger(string path, TimeProvider time)
    {
        _time = time;
        _database = new SqliteFile(path);
        _database.Execute("""
            CREATE TABLE IF NOT EXISTS trainings (
                number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, reason TEXT, status TEXT NOT NULL, detail TEXT, cancelled INTEGER NOT NULL DEFAULT 0,
                base_version TEXT, candidate_version TEXT, last_feedback INTEGER NOT NULL DEFAULT 0, requested TEXT NOT NULL, ended TEXT
            ) STRICT
            """);
    }

    /// <summary>Adds a training to those that wait.</summary>
    /// <returns>False where there was one of that id before, whatever came of it.</returns>
    public bool Add(string id, string? reason) => _database.Execute(
        "INSERT OR IGNORE INTO trainings (id, reason, status, requested) VALUES ($id, $reason, $status, $time)",
        ("$id", id), ("$reason", reason), ("$status", nameof(TrainingStatus.Queued)), ("$time", Now())) > 0;

    /// <summary>The training to go on with: the one that runs, else the one that waits for longest; null where there is none.</summary>
    public TrainingRecord? Next() => Read(
        $"SELECT {Columns} FROM trainings WHERE status IN ('{nameof(TrainingStatus.Running)}', '{nameof(TrainingStatus.Queued)}') "
        + $"ORDER BY status = '{nameof(TrainingStatus.Queued)}', number LIMIT 1");

    /// <summary>A training; null where there is none of that id.</summary>
    public TrainingRecord? Find(string id) => Read($"SELECT {Columns} FROM trainings WHERE id = $id", ("$id", id));

    /// <summary>The number of the last feedback that any training has learned from; 0 where there is none.</summary>
    public long LastFeedback() => _database.Query("SELECT coalesce(max(last_feedback), 0) FROM trainings", row => row.GetInt64(0))[0];

    /// <summary>A training starts, from these things.</summary>
    public TrainingRecord Start(TrainingRecord training, string baseVersion, string candidateVersion, long lastFeedback)
    {
        _database.Execute(
            "UPDATE trainings SET status = $status, base_version = $base, candidate_version = $candidate, last_feedback = $last WHERE number = $number",
            ("$status", nameof(TrainingStatus.Running)), ("$base", baseVersion), ("$candidate", candidateVersion), ("$last", lastFeedback), ("$number", training.Number));
        return training with { Status = TrainingStatus.Running, BaseVersion = baseVersion, CandidateVersion = candidateVersion, LastFeedback = lastFeedback };
    }

    /// <summary>A training is over.</summary>
    public void Finish(TrainingRecord training, TrainingStatus status, string detail) => _database.Execute(
        "UPDATE trainings SET status = $status, detail = $detail, ended = $time WHERE number = $number",
        ("$status", status.ToString()), ("$detail", detail), ("$time", Now()), ("$number", training.Number));

    /// <summary>Notes that a training is to end.</summary>
    /// <returns>False where it is over, or unknown.</returns>
    public bool Cancel(string id) => _database.Execute(
        $"UPDATE trainings SET cancelled = 1 WHERE id = $id AND status IN ('{nameof(TrainingStatus.Running)}', '{nameof(TrainingStatus.Queued)}')", ("$id", id)) > 0;

    private TrainingRecord? Read(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => _database.First(
        sql,
        row => new TrainingRecord
        {
            Number = row.GetInt64(0),
            TrainingId = row.GetString(1),
            Reason = Text(row, 2),
            Status = Enum.Parse<TrainingStatus>(row.GetString(3)),
            Detail = Text(row, 4),
            IsCancelled = row.GetInt64(5) != 0,
            BaseVersion = Text(row, 6),
            CandidateVersion = Text(row, 7),
            LastFeedback = row.GetInt64(8),
        },
        values);

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private string Now() => _time.GetUtcNow().ToString("O");
}
