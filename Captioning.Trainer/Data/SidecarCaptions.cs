namespace Captioning.Trainer.Data;

/// <summary>Reads a folder of images that each have a text file of the same stem beside them, with a caption in each line: as kohya and taggui write them.</summary>
internal static class SidecarCaptions
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"];

    /// <summary>The images in a folder and those below it, in any order.</summary>
    public static IEnumerable<string> FindImages(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    public static List<DatasetImage> Read(string folder, ProblemLog problems)
    {
        CaptionCollector captions = new(problems);
        foreach (string image in FindImages(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder, image).Replace(Path.DirectorySeparatorChar, '/');
            string text = Path.ChangeExtension(image, ".txt");
            if (!File.Exists(text))
            {
                problems.Add("images without a text file", name);
                continue;
            }

            captions.AddImage(name);
            foreach (string line in File.ReadLines(text).Where(line => !string.IsNullOrWhiteSpace(line)))
            {
                captions.AddCaption(name, line);
            }
        }

        return captions.ToImages();
    }
}
