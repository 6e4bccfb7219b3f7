using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Worker.Inputs;

namespace Captioning.Worker.Requests;

/// <summary>Captions files of this machine, whatever their folder, for a user who may read them anyway.</summary>
internal sealed class LocalImageCaptioner(CaptionEngine engine) : IImageCaptioner
{
    public ModelReference? Model => IImageCaptioner.Reference(engine);

    public async Task<CaptionOutcome> CaptionAsync(CaptionJob job, CancellationToken cancellationToken)
    {
        ModelReference model = IImageCaptioner.Check(job.Request, engine);
        if (!FileUri.TryGetPath(job.Request.Image, out string? path))
        {
            throw new RequestFailedException(
                FailureReason.ForbiddenSource, $"'{job.Request.Image}' is not a file: URI of this machine, and nothing else is read.");
        }

        CaptionedImage captioned = await engine.CaptionAsync(
            ImageSource.FromFile(path), IImageCaptioner.Options(job), job.Priority, cancellationToken);
        return new CaptionOutcome(ImageCaption.Of(captioned), model, IImageCaptioner.Timings(captioned.Timings));
    }
}
