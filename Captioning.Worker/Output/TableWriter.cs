using System.Globalization;
using Captioning.Contracts;
using Captioning.Worker.Inputs;
using Spectre.Console;

namespace Captioning.Worker.Output;

/// <summary>
/// Columns for reading. The first page settles their widths, so that a million rows need no more memory than a page.
/// Failures are told on standard error alone.
/// </summary>
internal sealed class TableWriter(IAnsiConsole console) : IResultWriter
{
    private const int PageSize = 32;
    private const int ScoreWidth = 5;
    private const int Padding = 1;

    /// <summary>The border has a blank column at either end and one after every column but the last.</summary>
    private const int Blanks = 4;

    private const int LeastWidth = 8;

    private static readonly Style Heading = new(decoration: Decoration.Bold);
    private static readonly Style Quiet = new(Color.Grey);

    private readonly List<CaptionResult> _page = [];
    private (int Path, int Caption)? _widths;

    public void Write(CaptionResult result)
    {
        if (result.Captioned is null)
        {
            return;
        }

        _page.Add(result);
        if (_page.Count == PageSize)
        {
            PrintPage(last: false);
        }
    }

    public void Complete()
    {
        if (_page.Count > 0)
        {
            PrintPage(last: true);
        }
    }

    private void PrintPage(bool last)
    {
        bool first = _widths is null;
        (int path, int caption) = _widths ??= Fit(last);
        Table table = new() { Border = TableBorder.Simple, ShowHeaders = first };
        table.AddColumn(Column("Path", path)).AddColumn(Column("Caption", caption)).AddColumn(Column("Score", ScoreWidth).RightAligned());
        foreach (CaptionResult result in _page)
        {
            ImageCaptioned captioned = result.Captioned!;
            table.AddRow(new Text(DisplayText.From(result.Path)), Caption(captioned), new Text(captioned.Score.ToString("F2", CultureInfo.InvariantCulture)));
        }

        console.Write(table);
        _page.Clear();
    }

    private static Rows Caption(ImageCaptioned captioned) => captioned switch
    {
        { Audio: { } audio } => new Rows(new Text(captioned.Caption), new Text(DisplayText.From(AudioFile(audio.Uri)), Quiet)),
        { SpeechError: not null } => new Rows(new Text(captioned.Caption), new Text("not spoken", Quiet)),
        _ => new Rows(new Text(captioned.Caption)),
    };

    /// <summary>The file, from here where it lies below the current folder.</summary>
    private static string AudioFile(string uri)
    {
        string path = FileUri.TryGetPath(uri, out string? local) ? local : uri;
        string relative = Path.GetRelativePath(".", path);
        return relative.Length < path.Length && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
    }

    /// <summary>The path takes what the longest needs, at most its share; the caption gets the rest where more rows are to come.</summary>
    private (int Path, int Caption) Fit(bool last)
    {
        int free = console.Profile.Width - Blanks - (2 * Padding) - ScoreWidth;
        int path = Math.Clamp(_page.Max(result => DisplayText.From(result.Path).GetCellWidth()), "Path".Length, Math.Max(LeastWidth, free / 2));
        int caption = Math.Max(LeastWidth, free - path);
        return (path, last ? Math.Min(caption, _page.Max(Width)) : caption);
    }

    private static int Width(CaptionResult result)
    {
        ImageCaptioned captioned = result.Captioned!;
        int audio = captioned.Audio is { } speech ? DisplayText.From(AudioFile(speech.Uri)).GetCellWidth() : 0;
        return Math.Max("Caption".Length, Math.Max(captioned.Caption.GetCellWidth(), audio));
    }

    private static TableColumn Column(string name, int width) => new TableColumn(new Text(name, Heading)).Width(width).PadLeft(0).PadRight(name == "Score" ? 0 : Padding);
}
