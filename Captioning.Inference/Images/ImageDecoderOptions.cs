namespace Captioning.Inference.Images;

/// <summary>What images are accepted.</summary>
public sealed class ImageDecoderOptions
{
    private readonly string[] _none = [];

    /// <summary>Lists what is out of range.</summary>
    public IEnumerable<string> Validate() => _none;
}
