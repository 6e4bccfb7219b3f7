namespace Captioning.Trainer.Commands;

/// <summary>Captions images of files, any number at once.</summary>
internal interface IImageCaptioner : IAsyncDisposable
{
    /// <summary>How many images to keep under way.</summary>
    public int Concurrency { get; }

    /// <summary>Captions an image; one that cannot be read is an error in the result, not an exception.</summary>
    public Task<ImageOutcome> CaptionAsync(string path, CancellationToken cancellationToken);
}
