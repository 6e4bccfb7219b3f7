using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Captions;

/// <summary>Encodes images anew, so that no byte of an upload goes to anybody else.</summary>
internal sealed class ImagePreview(CaptionEngineOptions engine, TimeProvider time) : IDisposable
{
    /// <summary>The longest side, in pixels.</summary>
    public const int MaxSide = 1280;

    private readonly ImageDecoder _decoder = new(engine.Images, time);

    // Captions come first: only one thread does this.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Makes a JPEG of moderate size.</summary>
    /// <param name="image">An image that was captioned, so that it can be decoded.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<byte[]> MakeAsync(FetchedImage image, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => _decoder.ToJpeg(ImageSource.FromBytes(image.Bytes, image.Name), MaxSide, cancellationToken), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
