using System.Globalization;
using System.Text;
using System.Text.Json;
using Captioning.Worker.Cli;

namespace Captioning.Worker.Output;

/// <summary>
/// Results as JSON lines in a file that several runs may add to, with a journal beside it that says which are in it. A run that
/// ends in the middle of a line leaves no trace of it to the next.
/// </summary>
internal sealed class JournaledResults : IResultWriter, IDisposable
{
    public const string JournalExtension = ".journal";

    private readonly FileStream _results;
    private readonly FileStream _journal;

    private JournaledResults(FileStream results, FileStream journal)
    {
        _results = results;
        _journal = journal;
    }

    /// <summary>The name that all runs have in common.</summary>
    public string Run { get; private set; } = Guid.NewGuid().ToString("N");

    /// <summary>The keys of the results that earlier runs have written.</summary>
    public IReadOnlySet<string> Done { get; private set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <param name="path">The file of results; the journal is beside it.</param>
    /// <param name="options">What the results depend on besides the photos; all runs must have it in common.</param>
    /// <exception cref="UsageException">The files cannot be written to or do not belong to such runs; the message says what to do.</exception>
    public static JournaledResults Open(string path, string options)
    {
        string journalPath = path + JournalExtension;
        if (!File.Exists(journalPath) && new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            throw new UsageException($"'{path}' is there already, but no '{journalPath}' to go on from; choose another --output or delete it.");
        }

        JournaledResults? results = null;
        FileStream? journal = null;
        try
        {
            // Opened for this process alone: two runs at once would write over each other.
            journal = new FileStream(journalPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            results = new JournaledResults(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read), journal);
            results.Resume(options);
            return results;
        }
        catch (Exception e)
        {
            results?.Dispose();
            journal?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"The file of --output cannot be written to: {e.Message}");
            }

            throw;
        }
    }

    /// <summary>Writes a result that the next run asks for again.</summary>
    public void Write(CaptionResult result)
    {
        _results.Write(Encoding.UTF8.GetBytes(ResultJson.Line(result) + '\n'));
        _results.Flush();
    }

    /// <summary>Writes a result that is final.</summary>
    /// <param name="result">The result.</param>
    /// <param name="key">What the journal knows it by, without white space.</param>
    public void Write(CaptionResult result, string key)
    {
        Write(result);
        Append(string.Create(CultureInfo.InvariantCulture, $"{key} {_results.Position}"));
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
        _results.Dispose();
        _journal.Dispose();
    }

    private sealed record Header(string Run, string Options);

    private void Resume(string options)
    {
        using StreamReader reader = new(_journal, leaveOpen: true);
        string text = reader.ReadToEnd();

        // What follows the last end of a line was cut off while it was written.
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            _journal.SetLength(0);
            Append(JsonSerializer.Serialize(new Header(Run, options)));
            return;
        }

        Run = Read(lines[0], options).Run;

        // After a power cut the results may lack what the journal tells of.
        HashSet<string> done = new(lines.Length, StringComparer.Ordinal);
        long results = 0;
        long journal = lines[0].Length + 1;
        foreach (string line in lines.AsSpan(1))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !long.TryParse(line.AsSpan(space + 1), CultureInfo.InvariantCulture, out long end) || end > _results.Length)
            {
                break;
            }

            done.Add(line[..space]);
            results = end;
            journal += line.Length + 1;
        }

        Done = done;
        _results.SetLength(results);
        _results.Position = results;
        _journal.SetLength(journal);
        _journal.Position = journal;
    }

    private Header Read(string line, string options)
    {
        Header? header = null;
        try
        {
            header = JsonSerializer.Deserialize<Header>(line);
        }
        catch (JsonException)
        {
            // Reported below.
        }

        if (header?.Options != options)
        {
            throw new UsageException(
                $"'{_journal.Name}' is {(header is null ? "no journal" : "of a run with other options")}; "
                + $"choose another --output, or delete '{_journal.Name}' and '{_results.Name}' to start afresh.");
        }

        return header;
    }

    private void Append(string line)
    {
        _journal.Write(Encoding.UTF8.GetBytes(line + '\n'));
        _journal.Flush();
    }
}
