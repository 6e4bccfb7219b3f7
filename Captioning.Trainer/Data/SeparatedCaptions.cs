using Microsoft.VisualBasic.FileIO;

namespace Captioning.Trainer.Data;

/// <summary>
/// Reads a CSV or TSV file with an image and a caption in each row (RFC 4180), and perhaps a split. A first row of column names is
/// understood; without one, the first column is the image and the second the caption.
/// </summary>
internal static class SeparatedCaptions
{
    public static List<DatasetImage> Read(string path, string separator, ProblemLog problems)
    {
        using TextFieldParser parser = new(path) { Delimiters = [separator], HasFieldsEnclosedInQuotes = separator == "," };
        CaptionCollector captions = new(problems);
        (int image, int caption, int split) = (0, 1, -1);
        for (bool first = true; !parser.EndOfData; first = false)
        {
            long line = parser.LineNumber;
            string[]? row = ReadRow(parser, line, problems);
            if (row is null)
            {
                continue;
            }

            if (first && ColumnNames.FindImage(row) is >= 0 and var named && ColumnNames.FindCaption(row) is >= 0 and var text)
            {
                (image, caption, split) = (named, text, ColumnNames.FindSplit(row));
            }
            else if (row.Length <= Math.Max(image, caption) || row[image].Length == 0)
            {
                problems.Add("rows without an image and a caption", $"line {line}");
            }
            else
            {
                captions.AddImage(row[image], split >= 0 && split < row.Length && row[split].Length > 0 ? row[split] : null);
                captions.AddCaption(row[image], row[caption]);
            }
        }

        return captions.ToImages();
    }

    private static string[]? ReadRow(TextFieldParser parser, long line, ProblemLog problems)
    {
        try
        {
            return parser.ReadFields();
        }
        catch (MalformedLineException)
        {
            problems.Add("rows with stray quotes", $"line {line}");
            return null;
        }
    }
}
