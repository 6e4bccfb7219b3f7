using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Worker.Inputs;
using Captioning.Worker.Speech;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Consumers;

/// <summary>
/// Answers <see cref="CaptionImage"/> with <see cref="ImageCaptioned"/> or <see cref="CaptionFailed"/>. Messages are
/// consumed one by one and many at a time: the engine puts their images into batches.
/// </summary>
internal sealed partial class CaptionImageConsumer(CaptionEngine engine, Speaker speaker, WorkerName worker, ILogger<CaptionImageConsumer> logger)
    : IConsumer<CaptionImage>
{
    public async Task Consume(ConsumeContext<CaptionImage> context)
    {
        CaptionImage request = context.Message;
        try
        {
            await context.RespondAsync(await CaptionAsync(request, context.CancellationToken));
        }
        catch (RequestFailedException e)
        {
            await context.RespondAsync(Failed(request, e.Reason, e.Message, e.Retryable));
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.CancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, e, request.RequestId, request.Image);
            await context.RespondAsync(Failed(request, FailureReason.Internal, $"'{Name(request)}' could not be captioned: {e.Message}", retryable: true));
        }
    }

    private async Task<ImageCaptioned> CaptionAsync(CaptionImage request, CancellationToken cancellationToken)
    {
        RequestedModel(request);
        ImageSource source = Source(request);
        CaptionOptions options = Options(request);
        BatchPriority priority = request.Priority == CaptionPriority.Interactive ? BatchPriority.Interactive : BatchPriority.Bulk;
        CaptionedImage captioned;
        try
        {
            captioned = await engine.CaptionAsync(source, options, priority, cancellationToken);
        }
        catch (ImageRejectedException e)
        {
            throw new RequestFailedException(Reason(e.Reason), e.Message, retryable: e.Reason == ImageRejection.TimedOut);
        }

        SpeechOutcome? speech = request.Speak is { } speak ? await speaker.SpeakAsync(captioned.Best.Text, speak, cancellationToken) : null;
        return Answer(request, captioned, speech);
    }

    private ImageCaptioned Answer(CaptionImage request, CaptionedImage captioned, SpeechOutcome? speech)
    {
        Caption best = captioned.Best;
        return new ImageCaptioned
        {
            RequestId = request.RequestId,
            Caption = best.Text,
            Score = best.Score,
            LogProbability = best.LogProbability,
            Candidates = [.. captioned.Candidates.Select(caption => new CaptionCandidate(caption.Text, caption.Score))],
            Words = [.. best.Tokens.Select(token => new CaptionWord(token.Text, token.LogProbability))],
            Model = new ModelReference(engine.Manifest.Id, engine.Manifest.Version),
            Image = new ImageProperties(
                captioned.Image.Sha256, captioned.Image.Bytes, captioned.Image.Width, captioned.Image.Height, captioned.Image.Format),
            Audio = speech?.Audio,
            SpeechError = speech?.Error,
            Timings = new StageTimings(
                captioned.Timings.Queued.TotalSeconds,
                captioned.Timings.Decode.TotalSeconds,
                captioned.Timings.Inference.TotalSeconds,
                speech?.Elapsed.TotalSeconds),
            Worker = worker.Value,
            Metadata = request.Metadata,
        };
    }

    private CaptionFailed Failed(CaptionImage request, FailureReason reason, string message, bool retryable) => new()
    {
        RequestId = request.RequestId,
        Reason = reason,
        Message = message,
        Retryable = retryable,
        Worker = worker.Value,
        Metadata = request.Metadata,
    };

    private void RequestedModel(CaptionImage request)
    {
        if (request.Model is { } model && model != engine.Manifest.Id)
        {
            throw new RequestFailedException(
                FailureReason.Unsupported, $"This worker serves the model '{engine.Manifest.Id}', not '{model}'.", retryable: false);
        }
    }

    private static ImageSource Source(CaptionImage request) => FileUri.TryGetPath(request.Image, out string? path)
        ? ImageSource.FromFile(path)
        : throw new RequestFailedException(
            FailureReason.ForbiddenSource, $"'{request.Image}' is not a file: URI of this machine, and this worker reads nothing else.", retryable: false);

    private static CaptionOptions Options(CaptionImage request)
    {
        try
        {
            return new CaptionOptions { Beam = request.Beam, Candidates = request.Candidates };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new RequestFailedException(
                FailureReason.Unsupported,
                $"A beam and a number of candidates must be from 1 to {CaptionOptions.MaxBeam}; the request has {request.Beam?.ToString() ?? "none"} and {request.Candidates}.",
                retryable: false);
        }
    }

    private static string Name(CaptionImage request) => FileUri.TryGetPath(request.Image, out string? path) ? path : request.Image;

    private static FailureReason Reason(ImageRejection reason) => reason switch
    {
        ImageRejection.NotFound => FailureReason.NotFound,
        ImageRejection.Unsupported => FailureReason.Unsupported,
        ImageRejection.TooLarge => FailureReason.TooLarge,
        ImageRejection.TimedOut => FailureReason.TimedOut,
        _ => FailureReason.Unreadable,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {RequestId} for {Image} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId, string image);
    }
}
