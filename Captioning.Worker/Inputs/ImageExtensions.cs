using System.Collections.Frozen;

namespace Captioning.Worker.Inputs;

/// <summary>
/// The extensions that make a file in a folder worth trying. Only the content says whether it is an image, so this
/// merely spares a folder's texts, videos and raw files from being reported as failures.
/// </summary>
internal static class ImageExtensions
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff",
        ".heic", ".heif", ".hif", ".avif")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Match(ReadOnlySpan<char> fileName) => Known.Contains(Path.GetExtension(fileName));
}
