using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Images;

namespace Captioning.Worker.Requests;

/// <summary>Captions the image that a request names.</summary>
internal interface IImageCaptioner
{
    /// <summary>The model that serves; null where there is none at the moment.</summary>
    public ModelReference? Model { get; }

    /// <param name="job">The request, which <see cref="RequestRules"/> has accepted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestFailedException">There is no caption for a reason that the requester is told.</exception>
    /// <exception cref="ImageRejectedException">The image cannot be read or is not accepted.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<CaptionOutcome> CaptionAsync(CaptionJob job, CancellationToken cancellationToken);

    protected static CaptionOptions Options(CaptionJob job) =>
        new() { Beam = job.Request.Beam, Candidates = job.Request.Candidates, Attention = job.Attention };

    /// <exception cref="RequestFailedException">The request is for another model.</exception>
    protected static ModelReference Check(CaptionImage request, CaptionEngine engine) => request.Model is null || request.Model == engine.Manifest.Id
        ? Reference(engine)
        : throw new RequestFailedException(
            FailureReason.Unsupported, $"This worker serves the model '{engine.Manifest.Id}', not '{request.Model}'.");

    protected static ModelReference Reference(CaptionEngine engine) => new(engine.Manifest.Id, engine.Manifest.Version);

    protected static StageTimings Timings(CaptionTimings timings) =>
        new(timings.Queued.TotalSeconds, timings.Decode.TotalSeconds, timings.Inference.TotalSeconds);
}
