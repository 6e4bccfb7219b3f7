using Microsoft.Data.Sqlite;

namespace Captioning.Trainer.Storage;

/// <summary>A SQLite database in a file. Connections are the pool's, one for each call, so that any thread may call.</summary>
internal sealed class SqliteFile
{
    private readonly string _connection;

    /// <param name="path">The file; it is made where it is missing.</param>
    public SqliteFile(string path)
    {
        _connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 }.ToString();

        // Readers do not wait for writers.
        Execute("PRAGMA journal_mode = WAL");
    }

    /// <summary>Runs statements.</summary>
    /// <returns>The rows that were changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteConnection connection = Open();
        return new Transaction(connection, null).Execute(sql, values);
    }

    /// <summary>Runs statements of which all take effect or none.</summary>
    public T Transact<T>(Func<Transaction, T> run)
    {
        using SqliteConnection connection = Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        T result = run(new Transaction(connection, transaction));
        transaction.Commit();
        return result;
    }

    /// <summary>Reads rows.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = new Transaction(connection, null).Command(sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Reads the first row; null where there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        IReadOnlyList<T> rows = Query(sql, read, values);
        return rows.Count > 0 ? rows[0] : default;
    }

    private SqliteConnection Open()
    {
        SqliteConnection connection = new(_connection);
        connection.Open();
        return connection;
    }

    /// <summary>Statements that belong together.</summary>
    internal readonly struct Transaction(SqliteConnection connection, SqliteTransaction? transaction)
    {
        /// <summary>Runs statements.</summary>
        /// <returns>The rows that were changed.</returns>
        public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
        {
            using SqliteCommand command = Command(sql, values);
            return command.ExecuteNonQuery();
        }

        public SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
        {
            SqliteCommand command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Every caller's text is a constant.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach ((string name, object? value) in values)
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }

            return command;
        }
    }
}
