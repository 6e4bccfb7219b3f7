using ImageMagick;

namespace Captioning.Trainer.Reports;

/// <summary>Makes small copies of photos to put into a page.</summary>
internal static class Thumbnail
{
    private const int Side = 320;
    private const int Quality = 75;

    /// <summary>A JPEG of at most 320 x 320 pixels as a data URI; null where the file is no image that can be read.</summary>
    public static string? DataUri(string path)
    {
        try
        {
            using MagickImage image = new(path);
            image.AutoOrient();
            image.Thumbnail(Side, Side);
            image.Quality = Quality;
            return $"data:image/jpeg;base64,{Convert.ToBase64String(image.ToByteArray(MagickFormat.Jpeg))}";
        }
        catch (MagickException)
        {
            return null;
        }
    }
}
