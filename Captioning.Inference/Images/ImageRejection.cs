namespace Captioning.Inference.Images;

/// <summary>Why an image was refused.</summary>
public enum ImageRejection
{
    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>The bytes cannot be had (permission, I/O error), or they are empty, damaged or cut short.</summary>
    Unreadable,

    /// <summary>The content is no image, or none of an accepted format.</summary>
    Unsupported,

    /// <summary>More bytes, pixels or memory than the limits allow.</summary>
    TooLarge,

    /// <summary>Decoding took longer than the limit.</summary>
    TimedOut,
}
