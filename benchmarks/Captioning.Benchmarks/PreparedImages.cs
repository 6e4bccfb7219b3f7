using Captioning.Inference.Images;

namespace Captioning.Benchmarks;

/// <summary>Photos decoded beforehand.</summary>
internal sealed class PreparedImages : IDisposable
{
    private readonly DecodedImage[] _images;

    public PreparedImages(string[] files)
    {
        ImageDecoder decoder = new(new ImageDecoderOptions());
        _images = Array.ConvertAll(files, f => decoder.Decode(ImageSource.FromFile(f), 260, CancellationToken.None));
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Pixels => Array.ConvertAll(_images, i => (ReadOnlyMemory<byte>)i.Pixels);

    public void Dispose() => Array.ForEach(_images, i => i.Dispose());
}
