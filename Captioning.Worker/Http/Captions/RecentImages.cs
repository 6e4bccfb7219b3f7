using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Captions;

/// <summary>The images that were captioned lately, by the SHA-256 of their bytes.</summary>
internal sealed class RecentImages(HttpOptions options, TimeProvider time)
{
    private readonly RecentItems<FetchedImage> _kept = new(options.ImageMemory, options.Lifetime, time);

    public FetchedImage? Find(string sha256) => _kept.Find(sha256);

    public void Keep(string sha256, FetchedImage image) => _kept.Keep(sha256, image, image.Bytes.Length);
}
