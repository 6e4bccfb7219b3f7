using System.Diagnostics;
using System.Security.Cryptography;
using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Worker.Hosting;
using Captioning.Worker.Results;
using Captioning.Worker.Sources;
using Captioning.Worker.Telemetry;

namespace Captioning.Worker.Requests;

/// <summary>
/// Captions images from everywhere that the configuration opens, each only once: the caption of an image is known
/// until it is forgotten.
/// </summary>
internal sealed class ServiceImageCaptioner(EngineHost engines, ImageFetcher fetcher, KnownCaptions known, TimeProvider time) : IImageCaptioner
{
    public ModelReference? Model => engines.Current is { } engine ? IImageCaptioner.Reference(engine) : null;

    /// <exception cref="EngineUnavailableException">There is no engine that works.</exception>
    public async Task<CaptionOutcome> CaptionAsync(CaptionJob job, CancellationToken cancellationToken)
    {
        _ = IImageCaptioner.Check(job.Request, Engine());
        long start = time.GetTimestamp();
        FetchedImage fetched = job.Image ?? await FetchAsync(job.Request.Image, cancellationToken);
        TimeSpan fetching = time.GetElapsedTime(start);
        job.Fetched?.Invoke(fetched);
        while (true)
        {
            CaptionEngine engine = Engine();
            try
            {
                CaptionOutcome outcome = await CaptionAsync(job, engine, IImageCaptioner.Check(job.Request, engine), fetched, cancellationToken);
                return outcome with { Timings = outcome.Timings with { Fetch = job.Image is null ? fetching.TotalSeconds : null } };
            }
            catch (BatcherClosedException) when (engines.Current is { } next && next != engine)
            {
                // Another model took this one's place just now.
            }
            catch (Exception e) when (e is not (ImageRejectedException or RequestFailedException) && !cancellationToken.IsCancellationRequested)
            {
                // An engine that ends cancels what waits in it, which nobody here has asked for.
                if (await engines.IsBrokenAsync(engine, e))
                {
                    throw new EngineUnavailableException(e);
                }

                throw;
            }
        }
    }

    /// <exception cref="EngineUnavailableException">There is no engine that works.</exception>
    private CaptionEngine Engine() => engines.Current ?? throw new EngineUnavailableException();

    private async Task<FetchedImage> FetchAsync(string image, CancellationToken cancellationToken)
    {
        using Activity? span = WorkerTracing.Source.StartActivity("fetch");
        try
        {
            return await fetcher.FetchAsync(image, cancellationToken);
        }
        catch (ImageSourceException e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw new RequestFailedException(e.Reason, e.Message, e.Retryable, e);
        }
    }

    private async Task<CaptionOutcome> CaptionAsync(
        CaptionJob job, CaptionEngine engine, ModelReference model, FetchedImage fetched, CancellationToken cancellationToken)
    {
        CaptionOptions options = IImageCaptioner.Options(job);
        StageTimings timings = new(0, 0, 0);
        ImageCaption caption = await known.GetOrAddAsync(
            Convert.ToHexStringLower(SHA256.HashData(fetched.Bytes.Span)),
            model,
            options,
            async cancel =>
            {
                CaptionedImage captioned = await engine.CaptionAsync(ImageSource.FromBytes(fetched.Bytes, fetched.Name), options, job.Priority, cancel);
                timings = IImageCaptioner.Timings(captioned.Timings);
                return ImageCaption.Of(captioned);
            },
            cancellationToken);
        return new CaptionOutcome(caption, model, timings);
    }
}
