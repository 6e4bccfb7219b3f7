using ImageMagick;

namespace Captioning.Trainer.Tests.Service;

/// <summary>Pictures of two colours as files.</summary>
internal static class Pictures
{
    /// <param name="top">The colour above.</param>
    /// <param name="bottom">The colour below.</param>
    /// <param name="number">Pictures of another number are other files that show the same.</param>
    public static byte[] Of(string top, string bottom, int number = 0)
    {
        using MagickImage image = new(new MagickColor(top), 40, 40);
        using MagickImage lower = new(new MagickColor(bottom), 40, 20);
        image.Composite(lower, 0, 20);
        image.SetAttribute("comment", $"{top}-{bottom}-{number}");

        // Magick notes the time, too: the same picture would be another file.
        image.Settings.SetDefine(MagickFormat.Png, "exclude-chunks", "date,tIME");
        return image.ToByteArray(MagickFormat.Png);
    }

    public static string Uri(byte[] picture) => $"data:image/png;base64,{Convert.ToBase64String(picture)}";
}
