using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;

namespace Captioning.Worker.Requests;

/// <summary>Captions the image that a request names.</summary>
internal interface IImageCaptioner
{
    /// <param name="request">The request, which <see cref="RequestRules"/> has accepted.</param>
    /// <param name="priority">Which requests go first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestFailedException">There is no caption for a reason that the requester is told.</exception>
    /// <exception cref="ImageRejectedException">The image cannot be read or is not accepted.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<CaptionOutcome> CaptionAsync(CaptionImage request, BatchPriority priority, CancellationToken cancellationToken);

    protected static CaptionOptions Options(CaptionImage request) => new() { Beam = request.Beam, Candidates = request.Candidates };

    /// <exception cref="RequestFailedException">The request is for another model.</exception>
    protected static ModelReference Model(CaptionImage request, CaptionEngine engine) => request.Model is null || request.Model == engine.Manifest.Id
        ? new ModelReference(engine.Manifest.Id, engine.Manifest.Version)
        : throw new RequestFailedException(
            FailureReason.Unsupported, $"This worker serves the model '{engine.Manifest.Id}', not '{request.Model}'.");

    protected static StageTimings Timings(CaptionTimings timings) =>
        new(timings.Queued.TotalSeconds, timings.Decode.TotalSeconds, timings.Inference.TotalSeconds);
}
