namespace Captioning.Inference.Images;

/// <summary>An image was refused.</summary>
public sealed class ImageRejectedException(ImageRejection reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public ImageRejection Reason { get; } = reason;
}
