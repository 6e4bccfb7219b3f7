using System.Globalization;
using Captioning.Contracts;
using Captioning.Worker.Inputs;
using Spectre.Console;

namespace Captioning.Worker.Output;

/// <summary>
/// Columns for reading. The first page settles their widths, so that a million rows need no more memory than a page.
/// Failures are told on standard error alone.
/// </summary>
internal sealed class TableWriter(IAnsiConsole console, bool speech) : IResultWriter
{
    private const int PageSize = 32;
    private const int ScoreWidth = 6;
    private const int Padding = 2;
    private const int LeastCaptionWidth = 24;

    private readonly List<CaptionResult> _page = [];
    private Widths? _widths;

    private readonly record struct Widths(int Path, int Caption, int Audio);

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

    private static string Audio(ImageCaptioned captioned) => captioned switch
    {
        { SpeechError: not null } => "failed",
        { Audio: { } audio } => $"{Path.GetRelativePath(".", FileUri.TryGetPath(audio.Uri, out string? path) ? path : audio.Uri)}",
        _ => string.Empty,
    };

    private void PrintPage(bool last)
    {
        bool first = _widths is null;
        Widths widths = _widths ??= Fit(last);
        Table table = new() { Border = first ? TableBorder.Simple : TableBorder.None, ShowHeaders = first };
        table.AddColumn(Column("Path", widths.Path)).AddColumn(Column("Caption", widths.Caption));
        table.AddColumn(Column("Score", ScoreWidth).RightAligned());
        if (speech)
        {
            table.AddColumn(Column("Audio", widths.Audio));
        }

        foreach (CaptionResult result in _page)
        {
            ImageCaptioned captioned = result.Captioned!;
            Text score = new(captioned.Score.ToString("F2", CultureInfo.InvariantCulture));
            Text path = new(result.Path, new Style(Color.Blue));
            Text caption = new(captioned.Caption);
            table.AddRow(speech ? [path, caption, score, new Text(Audio(captioned), new Style(Color.Grey))] : [path, caption, score]);
        }

        console.Write(table);
        _page.Clear();
    }

    /// <summary>Paths and audio take what their longest needs, at most their share; the caption gets the rest where more is to come.</summary>
    private Widths Fit(bool last)
    {
        int columns = speech ? 4 : 3;
        int free = console.Profile.Width - (columns * Padding) - ScoreWidth;
        int share = Math.Max(8, (free - LeastCaptionWidth) / (speech ? 2 : 1));
        int path = Math.Clamp(_page.Max(result => result.Path.GetCellWidth()), 4, share);
        int audio = speech ? Math.Clamp(_page.Max(result => Audio(result.Captioned!).GetCellWidth()), 5, share) : 0;
        int rest = Math.Max(8, free - path - audio);
        int caption = last ? Math.Min(rest, _page.Max(result => result.Captioned!.Caption.GetCellWidth())) : rest;
        return new Widths(path, Math.Max(caption, 7), audio);
    }

    private static TableColumn Column(string name, int width) =>
        new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))).Width(width).PadLeft(0).PadRight(Padding);
}
