namespace Captioning.Inference.Images;

/// <summary>Why an image was refused.</summary>
public enum ImageRejection
{
    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>It is of a kind that is not accepted.</summary>
    Unsupported,

    /// <summary>It is larger than the limits allow.</summary>
    TooLarge,

    /// <summary>Reading it took too long.</summary>
    TimedOut,
}
