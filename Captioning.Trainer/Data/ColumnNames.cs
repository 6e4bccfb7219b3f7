namespace Captioning.Trainer.Data;

/// <summary>What people call the columns and members of files of captions.</summary>
internal static class ColumnNames
{
    private static readonly string[] Images = ["image", "path", "file_name", "filename", "file", "image_path", "image_id"];
    private static readonly string[] Captions = ["caption", "text", "captions", "sentence"];
    private static readonly string[] Splits = ["split"];

    /// <summary>The place of the image's name among names, or -1.</summary>
    public static int FindImage(IReadOnlyList<string> names) => Find(names, Images);

    /// <summary>The place of the caption's name among names, or -1.</summary>
    public static int FindCaption(IReadOnlyList<string> names) => Find(names, Captions);

    /// <summary>The place of the split's name among names, or -1.</summary>
    public static int FindSplit(IReadOnlyList<string> names) => Find(names, Splits);

    private static int Find(IReadOnlyList<string> names, string[] known)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (known.Contains(names[i].Trim(), StringComparer.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
