namespace Captioning.Inference.Models;

/// <summary>The image encoder of a bundle.</summary>
/// <remarks>
/// Its graph takes <c>image</c>, uint8 [batch, size, size, 3] in RGB order, and gives <c>regions</c>,
/// float32 [batch, regions, channels], row by row from the top left, and <c>pooled</c>, float32 [batch, channels].
/// </remarks>
public sealed record EncoderManifest
{
    /// <summary>The only resize rule so far: width and height both become the input size, bicubic, antialiased.</summary>
    public const string Squash = "squash";

    /// <summary>The file of the ONNX graph.</summary>
    public required string File { get; init; }

    /// <summary>Width and height of the input in pixels.</summary>
    public required int InputSize { get; init; }

    /// <summary>How an image becomes square: <c>squash</c>.</summary>
    public required string Resize { get; init; }
}
