namespace Captioning.Worker.Http.Captions;

/// <summary>Paths of the API that have to do with a caption.</summary>
/// <param name="Self">The caption again, for a while.</param>
/// <param name="Audio">The caption as speech.</param>
/// <param name="Image">The image as a JPEG of moderate size.</param>
internal sealed record CaptionLinks(string Self, string Audio, string Image)
{
    public static CaptionLinks Of(string requestId)
    {
        string self = $"/v1/captions/{Uri.EscapeDataString(requestId)}";
        return new CaptionLinks(self, $"{self}/audio", $"{self}/image");
    }
}
