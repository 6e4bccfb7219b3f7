namespace Captioning.Trainer.Data;

/// <summary>Reads a Flickr8k token file: <c>image#number TAB caption</c> a line.</summary>
internal static class Flickr8kCaptions
{
    public static List<DatasetImage> Read(IEnumerable<string> lines, ProblemLog problems)
    {
        CaptionCollector captions = new(problems);
        HashSet<string> seen = [];
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            string key = tab < 0 ? line : line[..tab].Trim();
            int hash = key.LastIndexOf('#');
            if (tab < 0)
            {
                problems.Add("lines without a tab", $"line {number}");
            }
            else if (hash <= 0 || !int.TryParse(key.AsSpan(hash + 1), out _))
            {
                problems.Add("lines that do not start with image#number", $"line {number}");
            }
            else if (!seen.Add(key))
            {
                problems.Add("captions given twice", $"{key} in line {number}");
            }
            else
            {
                captions.AddCaption(key[..hash], line[(tab + 1)..]);
            }
        }

        return captions.ToImages();
    }
}
