using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;

namespace Captioning.Trainer.Commands;

/// <summary>Captions images with a model bundle; the captions are the model's own tokens, for scoring rather than for reading.</summary>
internal sealed class EngineCaptioner : IImageCaptioner
{
    private readonly CaptionEngine _engine;
    private readonly CaptionOptions _options;

    private EngineCaptioner(CaptionEngine engine, int? beam, int concurrency)
    {
        _engine = engine;
        _options = new CaptionOptions { Beam = beam };
        Concurrency = concurrency;
    }

    public int Concurrency { get; }

    /// <exception cref="ModelLoadException">The model is broken.</exception>
    /// <exception cref="DeviceUnavailableException">The device cannot be used.</exception>
    public static EngineCaptioner Load(string model, Device device, int? beam)
    {
        CaptionEngineOptions options = new() { ModelPath = model, Device = device };

        // With as many images under way as the engine holds, the next batch is decoded while one runs.
        return new EngineCaptioner(CaptionEngine.Load(options), beam, options.QueueCapacity);
    }

    public async Task<ImageOutcome> CaptionAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            CaptionedImage captioned = await _engine.CaptionAsync(ImageSource.FromFile(path), _options, cancellationToken: cancellationToken);
            return new ImageOutcome(string.Join(' ', captioned.Best.Tokens.Select(token => token.Text)), null);
        }
        catch (ImageRejectedException e)
        {
            return new ImageOutcome(null, e.Message);
        }
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
