using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Captioning.Trainer.Feedback;
using Captioning.Worker.Output;
using Microsoft.Data.Sqlite;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verb <c>feedback</c>: shows what a training service has collected, and writes it as a data set.</summary>
internal static class FeedbackCommand
{
    // Captions are to be read by people, too.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(IAnsiConsole output, IAnsiConsole messages, TimeProvider time)
    {
        Option<string> store = new("--store") { Description = "The folder of the feedback.", DefaultValueFactory = _ => Path.Combine("trainer", "feedback"), HelpName = "folder", Recursive = true };
        Option<int> limit = TrainCommand.Number("--limit", 20, "Show the last so many.", 1, int.MaxValue);
        Command list = new("list", "Show the feedback that came last.") { limit };
        list.SetAction(parsed => Run(parsed.GetRequiredValue(store), messages, time, feedback =>
        {
            IReadOnlyList<FeedbackItem> items = feedback.List();
            Table table = new Table().AddColumns("time", "id", "split", "verdict", "caption", "image");
            foreach (FeedbackItem item in items.TakeLast(parsed.GetValue(limit)))
            {
                table.AddRow([.. new[]
                {
                    $"{item.Time:yyyy-MM-dd HH:mm}", item.FeedbackId, item.Split, item.Verdict?.ToString() ?? string.Empty, item.Caption ?? $"not: {item.Judged}", item.Image,
                }.Select(text => Markup.Escape(DisplayText.From(text)))]);
            }

            output.Write(table);
            messages.WriteLine($"{items.Count:N0} pieces of feedback on {feedback.CountImages():N0} images");
        }));

        Argument<string> file = new("file") { Description = "The file to write, a line of JSON for each caption: image, caption and split." };
        Command export = new("export", "Write the captions as JSON Lines, which 'train' and 'evaluate' read.") { file };
        export.SetAction(parsed => Run(parsed.GetRequiredValue(store), messages, time, feedback =>
        {
            FeedbackItem[] items = [.. feedback.List().Where(item => item.Caption is not null)];
            AtomicFile.Write(parsed.GetRequiredValue(file), stream => Write(stream, items), flushToDisk: false);
            messages.WriteLine($"{items.Length:N0} captions; the images are in {feedback.Folder}");
        }));
        return new Command("feedback", "Look at the feedback that the training service has collected.") { store, list, export };
    }

    private static int Write(Stream stream, FeedbackItem[] items)
    {
        foreach (FeedbackItem item in items)
        {
            using (Utf8JsonWriter json = new(stream, Readable))
            {
                json.WriteStartObject();
                json.WriteString("image", item.Image);
                json.WriteString("caption", item.Caption);
                json.WriteString("split", item.Split);
                json.WriteEndObject();
            }

            stream.WriteByte((byte)'\n');
        }

        return items.Length;
    }

    private static int Run(string store, IAnsiConsole messages, TimeProvider time, Action<FeedbackStore> run)
    {
        try
        {
            // Looking must not make a store where there is none.
            run(FeedbackStore.Exists(store) ? FeedbackStore.Open(store, time) : throw new FeedbackException($"There is no feedback in {store}."));
            return ExitCode.Success;
        }
        catch (Exception e) when (e is FeedbackException or SqliteException or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"error: {e.Message}");
            return ExitCode.Usage;
        }
    }
}
