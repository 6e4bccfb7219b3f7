namespace Captioning.Inference.Images;

/// <summary>One image cannot be used. The message names it and says why, in words for its owner.</summary>
public sealed class ImageRejectedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="imageName">The image's name, as in <see cref="ImageSource.Name"/>.</param>
    /// <param name="reason">The kind of problem.</param>
    /// <param name="problem">The problem in words, without the name.</param>
    /// <param name="inner">What the file system or the decoder said.</param>
    public ImageRejectedException(string imageName, ImageRejection reason, string problem, Exception? inner = null)
        : base($"{Printable(imageName)}: {problem}", inner)
    {
        ImageName = imageName;
        Reason = reason;
    }

    /// <summary>The image's name, unchanged.</summary>
    public string ImageName { get; }

    /// <summary>The kind of problem.</summary>
    public ImageRejection Reason { get; }

    // A file name may hold line breaks and terminal codes; a message that ends up in a log must not.
    private static string Printable(string name) =>
        name.Any(char.IsControl) ? string.Concat(name.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : name;
}
