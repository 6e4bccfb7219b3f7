using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Captions;

/// <summary>Encodes images anew, so that no byte of an upload goes to anybody else.</summary>
internal sealed class ImagePreview(CaptionEngineOptions engine, TimeProvider time) : IDisposable
{
    /// <summary>The longest side of a photo to look at, in pixels.</summary>
    public const int PhotoSide = 1280;

    /// <summary>The longest side of a small picture of it, in pixels.</summary>
    public const int ThumbnailSide = 320;

    private readonly ImageDecoder _decoder = new(engine.Images, time);

    // Captions come first: only one thread does this.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Makes a JPEG that is no larger than is wanted.</summary>
    /// <param name="image">An image that can be decoded.</param>
    /// <param name="maxSide">The longest side, in pixels.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<byte[]> MakeAsync(FetchedImage image, int maxSide, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => _decoder.ToJpeg(ImageSource.FromBytes(image.Bytes, image.Name), maxSide, cancellationToken), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
